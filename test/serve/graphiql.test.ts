import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { prefersPage, registerGraphiql } from '../../src/serve/graphiql.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
const PAGE = '<!doctype html><title>page</title>';

describe('prefersPage', () => {
  test.for([
    ['a browser', BROWSER, true],
    ['text/html alone', 'text/html', true],
    ['upper case', 'Text/HTML', true],
    ['no header', undefined, false],
    ['curl and fetch', '*/*', false],
    ['a GraphQL client', 'application/graphql-response+json, application/json;q=0.9', false],
    ['JSON preferred', 'application/json, text/html;q=0.5', false],
    ['a page preferred', 'application/json;q=0.5, text/html', true],
    ['a page refused', 'text/html;q=0', false],
    ['a broken weight', 'text/html;q=x', false],
  ] as const)('%s', ([, accept, expected]) => expect(prefersPage(accept)).toBe(expected));
});

describe('registerGraphiql', () => {
  let root: string;
  let app: FastifyInstance;

  /** Both orders of registration, since someone else registers the endpoint. */
  async function serve(order: 'page first' | 'endpoint first' = 'page first'): Promise<void> {
    const endpoint = () =>
      app.route({ method: ['GET', 'POST'], url: '/graphql', handler: async request => ({ answeredBy: 'endpoint', query: request.query }) });
    if (order === 'endpoint first') endpoint();
    await registerGraphiql(app, { directory: join(root, 'built') });
    if (order === 'page first') endpoint();
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'graphiql-'));
    mkdirSync(join(root, 'built/assets/graphiql'), { recursive: true });
    writeFileSync(join(root, 'built/index.html'), PAGE);
    writeFileSync(join(root, 'built/assets/graphiql/index-abc.js'), 'export {};');
    writeFileSync(join(root, 'secret.txt'), 'secret');
    app = fastify();
  });
  afterEach(async () => {
    await app.close();
    rmSync(root, { recursive: true });
  });

  test.for(['page first', 'endpoint first'] as const)('the page and the endpoint share one address (%s)', async order => {
    await serve(order);
    const page = await app.inject({ url: '/graphql', headers: { accept: BROWSER } });
    expect(page).toMatchObject({ statusCode: 200, body: PAGE });
    const get = await app.inject({ url: '/graphql?query={a}', headers: { accept: 'application/json' } });
    expect(get.json()).toEqual({ answeredBy: 'endpoint', query: { query: '{a}' } });
    const post = await app.inject({ method: 'POST', url: '/graphql', headers: { accept: BROWSER }, payload: {} });
    expect(post.json()).toMatchObject({ answeredBy: 'endpoint' });
    expect((await app.inject({ url: '/graphql' })).json()).toMatchObject({ answeredBy: 'endpoint' });
  });

  test('the page forbids every other host, inline scripts and frames', async () => {
    await serve();
    const { headers } = await app.inject({ url: '/graphql', headers: { accept: BROWSER } });
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      vary: 'accept',
    });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|unsafe-eval|\*/);
  });

  test('a browser that asks for another address gets that address', async () => {
    app.get('/healthz', async () => 'alive');
    await serve();
    expect((await app.inject({ url: '/healthz', headers: { accept: BROWSER } })).body).toBe('alive');
    expect((await app.inject({ url: '/nothing', headers: { accept: BROWSER } })).statusCode).toBe(404);
  });

  test('assets are cached for ever', async () => {
    await serve();
    const asset = await app.inject({ url: '/assets/graphiql/index-abc.js', headers: { accept: BROWSER } });
    expect(asset.body).toBe('export {};');
    expect(asset.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': expect.stringContaining('javascript'),
      'x-content-type-options': 'nosniff',
    });
  });

  test.for([
    '/assets/graphiql/../../secret.txt',
    '/assets/graphiql/../../../secret.txt',
    '/assets/graphiql/..%2f..%2f..%2fsecret.txt',
    '/assets/graphiql/%2e%2e/%2e%2e/%2e%2e/secret.txt',
    '/assets/graphiql/..\\..\\..\\secret.txt',
    '/assets/graphiql//etc/passwd',
    '/assets/graphiql/../../index.html',
    '/assets/graphiql/',
  ])('nothing beside the assets is served: %s', async url => {
    await serve();
    const response = await app.inject({ url });
    expect([400, 403, 404]).toContain(response.statusCode);
    expect(response.body).not.toMatch(/secret$|root:|page/);
  });

  test('before it is built, a browser is told how to build it and the endpoint answers', async () => {
    rmSync(join(root, 'built'), { recursive: true });
    await serve();
    const page = await app.inject({ url: '/graphql', headers: { accept: BROWSER } });
    expect(page.statusCode).toBe(404);
    expect(page.headers['content-type']).toContain('text/plain');
    expect(page.body).toContain('npm run build');
    expect((await app.inject({ url: '/graphql' })).json()).toMatchObject({ answeredBy: 'endpoint' });
    expect((await app.inject({ url: '/assets/graphiql/index-abc.js' })).statusCode).toBe(404);
  });
});
