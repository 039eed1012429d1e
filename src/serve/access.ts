import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked without the key: the route says nothing of the records, only whether the process lives, or is a page's own file. */
    open?: boolean;
  }
}

/**
 * Who may call. With a key every request carries it. Without one the service listens on loopback only, and answers only to
 * loopback's names: a page of another host could otherwise point its own name at this machine and read along (DNS rebinding).
 */
export function registerAccess(app: FastifyInstance, apiKey: string | undefined): void {
  app.addHook('onRequest', async (request, reply) => {
    if (apiKey === undefined) {
      if (!isLocalName(request.hostname))
        return refuse(reply, 403, 'FORBIDDEN', 'without an API_KEY the service answers to localhost, 127.0.0.1 and [::1] only');
      return;
    }
    if (request.method === 'OPTIONS' || request.routeOptions.config.open) return;
    if (!bearsKey(request.headers.authorization, apiKey)) {
      reply.header('www-authenticate', 'Bearer');
      return refuse(reply, 401, 'UNAUTHENTICATED', 'send the header Authorization: Bearer <API_KEY>');
    }
  });
}

/** Compared by digests of equal length in constant time, so that neither length nor prefix can be found out. */
export function bearsKey(authorization: string | undefined, apiKey: string): boolean {
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(apiKey));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

export function isLocalName(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ errors: [{ message, extensions: { code, retryable: false } }] });
}
