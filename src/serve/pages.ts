/** Pages made of files that the build wrote: how they are sent, and what a browser lets them do. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** A page as the build left it. */
export type BuiltPage = Readonly<{
  /** With `index.html`, and the assets at `assets/<name>/`. */
  directory: string;
  /** The assets are found at `/assets/<name>/`. */
  name: string;
  /** Where styles may come from beside the page's own files. */
  styles?: "'unsafe-inline'";
  /** What the browser is told where the page is not built. */
  notBuilt: string;
}>;

/** Nothing but our own files: no inline script, no other host, no frame around the page. Style sheets may hold fonts and small images. */
function contentSecurityPolicy({ styles }: BuiltPage): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    ["style-src 'self'", styles].filter(Boolean).join(' '),
    // Pictures that a page draws itself, to be saved.
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Serves a page's assets, which anyone may have, compressed as the build left them. */
export async function registerAssets(app: FastifyInstance, { directory, name }: BuiltPage): Promise<void> {
  const assets = `assets/${name}/`;
  await app.register(async scope => {
    scope.addHook('onRoute', route => {
      route.config = { ...route.config, open: true };
    });
    await scope.register(fastifyStatic, {
      root: resolve(directory, assets),
      prefix: `/${assets}`,
      index: false,
      decorateReply: false,
      preCompressed: true,
      // Where it is not built, the page says so.
      suppressWarning: true,
      // The names hold a hash of the content.
      maxAge: '1y',
      immutable: true,
      setHeaders: reply => void reply.header('x-content-type-options', 'nosniff'),
    });
  });
}

/** Sends `index.html`, which names the assets of its build and so is asked for again every time. */
export async function sendPage(reply: FastifyReply, page: BuiltPage): Promise<FastifyReply> {
  const html = await readPage(join(page.directory, 'index.html'));
  if (html === undefined) return reply.code(404).type('text/plain; charset=utf-8').send(page.notBuilt);
  return reply
    .headers({
      'content-security-policy': contentSecurityPolicy(page),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    })
    .type('text/html; charset=utf-8')
    .send(html);
}

/** Read for every view: it is small, rarely asked for, and a build beside a running service shows at once. */
async function readPage(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}
