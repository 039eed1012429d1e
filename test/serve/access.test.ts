import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, answerOf, execution, RECORD, startApi } from '../support/api.ts';

const KEY = 'a-key-of-32-characters-for-tests';
const PAGE = { accept: 'text/html' };
const JSON_TYPE = { 'content-type': 'application/json' };
const BODY = JSON.stringify({ query: '{ logStatus { position } }' });

/** A request with headers that fetch would not send, such as Host. */
function send(url: string, headers: Record<string, string>, method = 'POST'): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers }, response => {
      let text = '';
      response.on('data', chunk => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(method === 'POST' ? BODY : undefined);
  });
}

describe('with a key', () => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi({ API_KEY: KEY, CORS_ORIGINS: 'https://example.org, http://localhost:8080' });
  });
  afterAll(() => api.remove());

  const refusals: [string, string | undefined][] = [
    ['none', undefined],
    ['another', 'Bearer another-key-of-32-characters-xx'],
    ['a beginning of it', `Bearer ${KEY.slice(0, -1)}`],
    ['more than it', `Bearer ${KEY}x`],
    ['an empty one', 'Bearer '],
    ['another scheme', `Basic ${KEY}`],
    ['no scheme', KEY],
  ];
  test.for(refusals)('%s is refused everywhere but at the open addresses', async ([, authorization]) => {
    const headers = { ...JSON_TYPE, ...(authorization === undefined ? {} : { authorization }) };
    const answers = [
      await fetch(`${api.url}/graphql`, { method: 'POST', headers, body: BODY }),
      await fetch(`${api.url}/graphql?query={__typename}`, { headers }),
      await fetch(`${api.url}/readyz`, { headers }),
      await fetch(`${api.url}/nothing`, { headers }),
      await fetch(`${api.url}/graphql`, { method: 'POST', headers: { ...headers, ...PAGE }, body: BODY }),
      await fetch(`${api.url}/readyz`, { headers: { ...headers, ...PAGE } }),
    ];
    for (const response of answers) {
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      const answer = await answerOf(response);
      expect(answer.status).toBe(401);
      expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED', retryable: false } }]);
      expect(answer.data).toBeUndefined();
    }
  });

  test('a refused recording leaves nothing', async () => {
    const { status } = await api.ask(RECORD, { input: execution('stranger') });
    expect(status).toBe(401);
    expect(await api.read('journal.log')).not.toContain('stranger');
  });

  test('the right one is let through, whatever name the service is called by', async () => {
    for (const authorization of [`Bearer ${KEY}`, `bearer ${KEY}`]) {
      expect((await api.ask('{ logStatus { position } }', {}, { authorization })).errors).toEqual([]);
      expect((await fetch(`${api.url}/readyz`, { headers: { authorization } })).status).toBe(200);
    }
    expect(await send(`${api.url}/graphql`, { ...JSON_TYPE, authorization: `Bearer ${KEY}`, host: 'metrics.example.org' })).toMatchObject({
      status: 200,
    });
  });

  test('open: whether the process lives, and the files of the pages, which hold no data', async () => {
    expect(await (await fetch(`${api.url}/healthz`)).json()).toEqual({ status: 'ok' });
    for (const path of ['/graphql', '/', '/patterns/p-api', '/plugins/lint', '/executions/live-1']) {
      const page = await fetch(`${api.url}${path}`, { headers: PAGE });
      expect([200, 404]).toContain(page.status);
      expect(await page.text()).not.toContain('journal');
    }
    for (const page of ['graphiql', 'dashboard']) expect((await fetch(`${api.url}/assets/${page}/nothing.js`)).status).toBe(404);
  });

  test.for([
    '/assets/../graphql',
    '/assets/..%2fgraphql',
    '/healthz/../graphql',
    '/assets/../readyz',
    '/assets/graphiql/../../graphql',
    '//graphql',
    '/graphql/',
    '/GRAPHQL',
  ])('no way around: %s', async path => {
    for (const method of ['POST', 'GET']) {
      const { status, text } = await send(`${api.url}${path}`, JSON_TYPE, method);
      expect([400, 401, 404]).toContain(status);
      expect(text).not.toContain('position');
    }
    const { hostname, port } = new URL(api.url);
    const raw = await new Promise<string>((resolve, reject) => {
      const outgoing = request({ hostname, port, path, method: 'POST', headers: JSON_TYPE }, response => {
        let text = `${response.statusCode} `;
        response.on('data', chunk => (text += chunk));
        response.on('end', () => resolve(text));
      });
      outgoing.on('error', reject);
      outgoing.end(BODY);
    });
    expect(raw).toMatch(/^40[14] /);
    expect(raw).not.toContain('position');
  });

  test.for(['/patterns/../graphql', '/patterns/..%2freadyz', '/executions/..%2f..%2fgraphql?query={logStatus{position}}'])(
    'an address below a page’s is the page’s: %s',
    async path => {
      for (const method of ['POST', 'GET']) {
        const { status, text } = await send(`${api.url}${path}`, JSON_TYPE, method);
        expect(method === 'GET' ? [200, 401, 404] : [401, 404]).toContain(status);
        expect(text).not.toContain('position');
      }
    },
  );

  test('CORS: the origins that are set, and no other', async () => {
    const preflight = (origin: string) =>
      fetch(`${api.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
      });
    for (const origin of ['https://example.org', 'http://localhost:8080']) {
      const { status, headers } = await preflight(origin);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      const answer = await api.ask('{ __typename }', {}, { origin, authorization: `Bearer ${KEY}` });
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('vary')?.toLowerCase()).toContain('origin');
    }
    for (const origin of ['https://example.org.evil.test', 'http://example.org', 'https://sub.example.org', 'null']) {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
      const answer = await api.ask('{ __typename }', {}, { origin, authorization: `Bearer ${KEY}` });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('a page of an allowed origin can read why it was refused', async () => {
    const answer = await api.ask('{ __typename }', {}, { origin: 'https://example.org' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://example.org');
  });
});

describe('without a key', () => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.remove());

  test.for(['evil.test', 'evil.test:4000', 'localhost.evil.test', '127.0.0.1.evil.test', '192.168.1.7', '0.0.0.0', '[::2]'])(
    'a request for another name is refused: %s',
    async host => {
      for (const [path, method] of [
        ['/graphql', 'POST'],
        ['/graphql', 'GET'],
        ['/readyz', 'GET'],
      ] as const) {
        const { status, text } = await send(`${api.url}${path}`, { ...JSON_TYPE, ...PAGE, host }, method);
        expect([400, 403]).toContain(status);
        if (status === 403) expect(JSON.parse(text).errors[0].extensions).toEqual({ code: 'FORBIDDEN', retryable: false });
        expect(text).not.toContain('position');
      }
    },
  );

  test('a request for no name at all is refused', async () => {
    const { hostname, port } = new URL(api.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), hostname, () => socket.write('GET /readyz HTTP/1.0\r\n\r\n'));
      socket
        .on('data', chunk => (text += chunk))
        .on('close', () => resolve(text))
        .on('error', reject);
    });
    expect(answer).toContain(' 403 ');
  });

  test.for(['localhost', 'localhost:4000', '127.0.0.1:1', '127.1.2.3', '[::1]', '[::1]:4000'])(
    'a request for this machine is answered: %s',
    async host => {
      expect(await send(`${api.url}/graphql`, { ...JSON_TYPE, host })).toMatchObject({
        status: 200,
        text: expect.stringContaining('position'),
      });
    },
  );

  test('CORS is closed', async () => {
    for (const origin of ['https://example.org', 'http://localhost:3000', api.url]) {
      const answer = await api.ask('{ __typename }', {}, { origin });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      const preflight = await fetch(`${api.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('what a form or an image of any page can send is refused', async () => {
    const mutation = JSON.stringify({ query: RECORD, variables: { input: execution('forged') } });
    for (const type of ['text/plain', 'text/plain;charset=UTF-8', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const response = await fetch(`${api.url}/graphql`, { method: 'POST', headers: { 'content-type': type }, body: mutation });
      const answer = await answerOf(response);
      expect([400, 415]).toContain(answer.status);
      expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST', retryable: false } }]);
    }
    const get = await answerOf(await fetch(`${api.url}/graphql?query=${encodeURIComponent('{ logStatus { position } }')}`));
    expect(get).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_REQUEST', retryable: false } }] });
    expect(await api.read('journal.log')).not.toContain('forged');
  });

  test('a GET that a page cannot send is answered', async () => {
    const get = await fetch(`${api.url}/graphql?query=${encodeURIComponent('{ logStatus { position } }')}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(await answerOf(get)).toMatchObject({ status: 200, data: { logStatus: { position: expect.any(String) } } });
  });

  test('a port that is taken is told to who starts the service', async () => {
    await expect(startApi({ PORT: new URL(api.url).port })).rejects.toThrow(/PORT must be a free port/);
  });

  test('healthz says that the process lives, readyz how each part is', async () => {
    const live = await fetch(`${api.url}/healthz`);
    expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
    const ready = await fetch(`${api.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        ready: true,
        parts: {
          recording: { state: 'ready' },
          table: { state: 'live', lagBytes: 0 },
          judgement: { state: 'live', lagBytes: expect.any(Number) },
          graph: { state: 'off', lagBytes: 0, error: expect.stringContaining('GRAPH') },
        },
      },
    ]);
  });
});
