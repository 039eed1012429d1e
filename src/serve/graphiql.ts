import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Where the page's assets are found, in the URL and below the directory: web/graphiql/vite.config.ts puts them there. */
const ASSETS = '/assets/graphiql/';

/**
 * Nothing but our own files: no inline script, no other host, no frame around the page. The editor inserts style elements, and
 * GraphiQL's style sheet holds its fonts and small images as `data:` URLs.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
  vary: 'accept',
};

const NOT_BUILT = 'GraphiQL is not built: run `npm run build`. The GraphQL API itself answers POST at this address.\n';

/**
 * Answers `GET /graphql` with GraphiQL where the client prefers a page (a browser), and serves the page's assets. Any other
 * `GET /graphql` is left to the route that the GraphQL server registers for the same address, before or after this one: the
 * router tells the two apart by a constraint. `directory` is what the build wrote; without it the page answers 404 and says so.
 */
export async function registerGraphiql(app: FastifyInstance, options: { directory: string }): Promise<void> {
  addPageConstraint(app);
  app.get('/graphql', { constraints: { answers: 'page' } }, (_request, reply) => sendPage(reply, resolve(options.directory, 'index.html')));
  await app.register(fastifyStatic, {
    root: resolve(options.directory, `.${ASSETS}`),
    prefix: ASSETS,
    index: false,
    decorateReply: false,
    // Where it is not built, the page says so.
    suppressWarning: true,
    // The names hold a hash of the content.
    maxAge: '1y',
    immutable: true,
    setHeaders: reply => void reply.header('x-content-type-options', 'nosniff'),
  });
}

type RouteHandler = Parameters<ReturnType<Parameters<FastifyInstance['addConstraintStrategy']>[0]['storage']>['set']>[1];

/** A request that prefers a page matches routes with `answers: 'page'`, and where there is none the route without a constraint. */
function addPageConstraint(app: FastifyInstance): void {
  if (app.hasConstraintStrategy('answers')) return;
  app.addConstraintStrategy({
    name: 'answers',
    mustMatchWhenDerived: false,
    storage: () => {
      const handlers = new Map<unknown, RouteHandler>();
      return { get: value => handlers.get(value) ?? null, set: (value, handler) => void handlers.set(value, handler) };
    },
    deriveConstraint: request => (prefersPage(request.headers.accept) ? 'page' : undefined),
  });
}

async function sendPage(reply: FastifyReply, file: string): Promise<FastifyReply> {
  const page = await readPage(file);
  if (page === undefined) return reply.code(404).type('text/plain; charset=utf-8').send(NOT_BUILT);
  return reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(page);
}

/** Read for every view: it is small, rarely asked for, and a build beside a running service shows at once. */
async function readPage(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * True when an Accept header names `text/html` and no JSON type before it in preference. Wildcards do not count: curl and
 * fetch send them, and want an answer.
 */
export function prefersPage(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const weights = new Map(accept.split(',').map(weighted));
  const page = weights.get('text/html') ?? 0;
  return page > 0 && page >= Math.max(weights.get('application/json') ?? 0, weights.get('application/graphql-response+json') ?? 0);
}

/** `text/html;level=1;q=0.5` → ['text/html', 0.5] */
function weighted(range: string): [type: string, weight: number] {
  const [type = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase());
  const weight = Number(parameters.find(parameter => parameter.startsWith('q='))?.slice(2) ?? 1);
  return [type, Number.isNaN(weight) ? 0 : weight];
}
