import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compressFiles } from '../../scripts/compress.ts';
import { registerDashboard } from '../../src/serve/dashboard.ts';

const PAGE = '<!doctype html><title>dashboard</title>';
const SCRIPT = `export const numbers = [${Array.from({ length: 500 }, (_, n) => n)}];`;

let root: string;
let app: FastifyInstance;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'dashboard-'));
  mkdirSync(join(root, 'assets/dashboard'), { recursive: true });
  writeFileSync(join(root, 'index.html'), PAGE);
  writeFileSync(join(root, 'assets/dashboard/page-abc.js'), SCRIPT);
  writeFileSync(join(root, 'assets/dashboard/small-abc.js'), 'export {};');
  await compressFiles(root);
  app = fastify();
  await registerDashboard(app, { directory: root });
});
afterEach(async () => {
  await app.close();
  rmSync(root, { recursive: true });
});

const longName = encodeURIComponent('名'.repeat(256));

test.for([
  '/',
  '/?window=P30D&patterns=a,b',
  '/patterns/pat_rest_api',
  '/patterns/a%2Fb%20c',
  '/plugins/%F0%9F%A6%84',
  `/plugins/${longName}`,
  '/executions/demo_0001?zone=UTC',
  '/executions/',
])('a link into it is answered with the page: %s', async url => {
  const { statusCode, body, headers } = await app.inject({ url });
  expect([statusCode, body]).toEqual([200, PAGE]);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
});

test.for(['/nothing', '/patterns', '/index.html', '/assets/dashboard/', '/assets/dashboard/../../index.html', '/patterns/%zz'])(
  'any other address is not: %s',
  async url => {
    const { statusCode, body } = await app.inject({ url });
    expect([400, 403, 404]).toContain(statusCode);
    expect(body).not.toBe(PAGE);
  },
);

test('the page may run its own scripts and styles, and nothing inline or of another host', async () => {
  const policy = String((await app.inject({ url: '/' })).headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/https?:|unsafe|\*/);
});

test.for([
  ['br, gzip', 'br', brotliDecompressSync],
  ['gzip, deflate', 'gzip', gunzipSync],
  [undefined, undefined, (bytes: Buffer) => bytes],
] as const)(
  'assets come as the build compressed them for who takes %s, and are cached for ever',
  async ([accepted, encoding, decompress]) => {
    const { statusCode, headers, rawPayload } = await app.inject({
      url: '/assets/dashboard/page-abc.js',
      headers: accepted === undefined ? {} : { 'accept-encoding': accepted },
    });
    expect([statusCode, decompress(rawPayload).toString()]).toEqual([200, SCRIPT]);
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers).toMatchObject({
      'content-type': expect.stringContaining('javascript'),
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
    });
  },
);

test('what gains nothing by it is not compressed', async () => {
  const { headers, body } = await app.inject({ url: '/assets/dashboard/small-abc.js', headers: { 'accept-encoding': 'br' } });
  expect(headers['content-encoding']).toBeUndefined();
  expect(body).toBe('export {};');
});

test('before it is built, it says how to build it', async () => {
  rmSync(join(root, 'index.html'));
  const { statusCode, body, headers } = await app.inject({ url: '/patterns/a' });
  expect(statusCode).toBe(404);
  expect(headers['content-type']).toContain('text/plain');
  expect(body).toContain('npm run build');
});
