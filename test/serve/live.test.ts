import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Api, execution, RECORD, RECORD_ALL, startApi } from '../support/api.ts';
import { type LiveClient, liveClient } from '../support/live-client.ts';
import { eventually } from '../support/program.ts';

const RECORDED = `subscription ($patternId: ID, $since: LogPosition) {
  executionRecorded(patternId: $patternId, since: $since) {
    executionId patternId patternName status durationMs completedAt position
  }
}`;
const ADVANCED = 'subscription { advanced { position } }';
const IDS = 'subscription ($since: LogPosition) { executionRecorded(since: $since) { executionId position } }';

const clients: LiveClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

function open(...options: Parameters<typeof liveClient>): LiveClient {
  const client = liveClient(...options);
  clients.push(client);
  return client;
}

async function positionOf(api: Pick<Api, 'ask'>): Promise<string> {
  return (await api.ask('{ logStatus { position } }')).data.logStatus.position;
}

describe('executionRecorded', () => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.remove());

  test('tells each subscriber of an execution, within a second', async () => {
    const [one, other] = await Promise.all(
      [open(api.url), open(api.url)].map(async client => {
        const subscriber = client.subscribe(RECORDED);
        // Subscriptions are not acknowledged: what a later one on the same connection answers says that this one stands.
        await client.subscribe(ADVANCED).arrived(1);
        return subscriber;
      }),
    );
    const input = execution('live-1', { patternName: 'API', status: 'PARTIAL', durationMs: 1234 });
    const { data } = await api.ask(RECORD, { input });
    const began = performance.now();
    for (const subscriber of [one, other])
      expect(await subscriber?.arrived(1)).toEqual([
        {
          executionRecorded: {
            executionId: 'live-1',
            patternId: 'p-api',
            patternName: 'API',
            status: 'PARTIAL',
            durationMs: 1234,
            completedAt: '2026-03-01T10:02:00.000Z',
            position: data.recordExecution.position,
          },
        },
      ]);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test('tells of every execution once, in the order of the journal, and of nothing that was not recorded', async () => {
    const since = await positionOf(api);
    const subscriber = open(api.url).subscribe(IDS, { since });
    const ids = Array.from({ length: 300 }, (_, n) => `many-${n}`);
    for (let from = 0; from < ids.length; from += 50) {
      const inputs = ids.slice(from, from + 50).map(id => execution(id));
      await api.ask(RECORD_ALL, { inputs });
      await api.ask(RECORD_ALL, { inputs });
      await api.ask(RECORD, { input: execution(`dry-${from}`), dryRun: true });
    }
    await api.ask(RECORD, { input: execution('last') });
    const events = await subscriber.arrived(301);
    expect(events.map(({ executionRecorded }) => executionRecorded.executionId)).toEqual([...ids, 'last']);
  });

  test('resumes right behind any execution, also in the middle of a batch, and its position counts it', async () => {
    const since = await positionOf(api);
    const inputs = Array.from({ length: 10 }, (_, n) => execution(`batch-${n}`, { patternId: `p-batch-${n}` }));
    await api.ask(RECORD_ALL, { inputs });
    const client = open(api.url);
    const events = await client.subscribe(IDS, { since }).arrived(10);
    const { position } = events[3].executionRecorded;
    const resumed = await client.subscribe(IDS, { since: position }).arrived(6);
    expect(resumed.map(({ executionRecorded }) => executionRecorded.executionId)).toEqual(inputs.slice(4).map(input => input.executionId));
    const { data } = await api.ask(
      'query ($p: LogPosition, $ids: [ID!]) { patternStats(asOf: $p, filter: { patternIds: $ids }) { patterns { patternId } } }',
      {
        p: position,
        ids: ['p-batch-3'],
      },
    );
    expect(data.patternStats.patterns).toEqual([{ patternId: 'p-batch-3' }]);
  });

  test('of one pattern where one is named', async () => {
    const since = await positionOf(api);
    const subscriber = open(api.url).subscribe(RECORDED, { patternId: 'p-chosen', since });
    await api.ask(RECORD_ALL, { inputs: [execution('other-1'), execution('chosen-1', { patternId: 'p-chosen' }), execution('other-2')] });
    await api.ask(RECORD, { input: execution('chosen-2', { patternId: 'p-chosen' }) });
    const events = await subscriber.arrived(2);
    expect(events.map(({ executionRecorded }) => executionRecorded.executionId)).toEqual(['chosen-1', 'chosen-2']);
  });

  test('goes on while the logs are archived, and resumes in what was', async () => {
    const yearly = await startApi({ ARCHIVE: 'yearly' }, { clock: () => Date.parse('2026-02-01T00:00:00Z') });
    try {
      const since = await positionOf(yearly);
      const subscriber = open(yearly.url).subscribe(IDS, { since });
      for (const [id, day] of [
        ['old-1', '2025-12-30'],
        ['old-2', '2025-12-31'],
        ['new-1', '2026-01-02'],
      ] as const) {
        const input = execution(id, { startedAt: `${day}T10:00:00Z`, completedAt: `${day}T10:02:00Z` });
        expect((await yearly.ask(RECORD, { input })).errors).toEqual([]);
      }
      expect(await yearly.read('archive/2025/journal.log')).toContain('old-2');
      const idsOf = (events: readonly { executionRecorded: { executionId: string } }[]) =>
        events.map(({ executionRecorded }) => executionRecorded.executionId);
      const events = await subscriber.arrived(3);
      expect(idsOf(events)).toEqual(['old-1', 'old-2', 'new-1']);
      const resumed = open(yearly.url).subscribe(IDS, { since: events[0].executionRecorded.position });
      expect(idsOf(await resumed.arrived(2))).toEqual(['old-2', 'new-1']);
    } finally {
      await yearly.remove();
    }
  });

  const REFUSED: [string, string, object, string, RegExp][] = [
    ['a position of other logs', IDS, { since: 'zzzzzzz-zzz-zzz-zzz-12345678' }, 'POSITION_UNKNOWN', /^since: .* beyond/],
    ['no position', IDS, { since: 'here' }, 'POSITION_UNKNOWN', /^since: .*is not a log position/],
    ['a variable of another type', RECORDED, { patternId: { at: 1 } }, 'BAD_USER_INPUT', /patternId/],
    ['a query', '{ logStatus { position } }', {}, 'BAD_REQUEST', /as POST/],
    ['a mutation', 'mutation { recordExecutions(inputs: []) { executionId } }', {}, 'BAD_REQUEST', /as POST/],
    ['no GraphQL', 'subscription {', {}, 'GRAPHQL_PARSE_FAILED', /Syntax/],
    ['a field that is not there', 'subscription { advanced { nothing } }', {}, 'GRAPHQL_VALIDATION_FAILED', /nothing/],
    ['two root fields', 'subscription { advanced { position } executionRecorded { position } }', {}, 'GRAPHQL_VALIDATION_FAILED', /one/],
    ['too many tokens', `subscription { advanced { ${'position '.repeat(2000)} } }`, {}, 'GRAPHQL_PARSE_FAILED', /tokens/],
    ['too many aliases', `subscription { advanced { ${aliases(101)} } }`, {}, 'QUERY_TOO_COMPLEX', /aliases/],
    ['chained fragments', chained(25), {}, 'QUERY_TOO_COMPLEX', /fields/],
  ];
  test.for(REFUSED)('refuses %s', async ([, query, variables, code, message]) => {
    const client = open(api.url);
    const errors = await client.subscribe(query, { ...variables }).ended;
    expect(errors).toMatchObject([{ message: expect.stringMatching(message), extensions: { code, retryable: false } }]);
    // The connection goes on.
    await client.subscribe(ADVANCED).arrived(1);
  });

  test('a subscriber too far behind is told so before anything is read', async () => {
    const start = '0-0-0-0-00000000';
    const notes = 'x'.repeat(60_000);
    for (let batch = 0; batch < 6; batch++) {
      const inputs = Array.from({ length: 50 }, (_, n) => execution(`long-${batch}-${n}`, { notes }));
      expect((await api.ask(RECORD_ALL, { inputs })).errors).toEqual([]);
    }
    const errors = await open(api.url).subscribe(IDS, { since: start }).ended;
    expect(errors).toMatchObject([
      { message: expect.stringContaining('recordedExecutions'), extensions: { code: 'QUERY_TOO_COMPLEX', field: ['since'] } },
    ]);
  });
});

/** A field under as many names. */
function aliases(count: number): string {
  return Array.from({ length: count }, (_, n) => `a${n}: position`).join(' ');
}

/** Fragments that each spread the next twice: 2 to the power of `length` fields. */
function chained(length: number): string {
  const fragments = Array.from({ length }, (_, n) => `fragment F${n} on LogAdvanced { ...F${n + 1} ...F${n + 1} }`);
  return `subscription { advanced { ...F0 } } ${fragments.join(' ')} fragment F${length} on LogAdvanced { position }`;
}

describe('advanced', () => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.remove());

  test('tells the position at once, and again when another program has appended', async () => {
    const subscriber = open(api.url).subscribe(ADVANCED);
    const [first] = await subscriber.arrived(1);
    expect(first.advanced.position).toBe(await positionOf(api));
    await api.append('durations.log', '2026-03-01T10:00:00Z,wf-script,review,1,human,900,true\n');
    const [, second] = await subscriber.arrived(2);
    const { data } = await api.ask('query ($asOf: LogPosition) { pluginStats(asOf: $asOf) { plugins { name } } }', {
      asOf: second.advanced.position,
    });
    expect(data.pluginStats.plugins).toEqual([{ name: 'human' }]);
  });

  test('comes at most some four times a second, and ends with the last position', async () => {
    const subscriber = open(api.url).subscribe(ADVANCED);
    await subscriber.arrived(1);
    const began = performance.now();
    for (let n = 0; n < 40; n++) {
      await api.ask(RECORD, { input: execution(`often-${n}`) });
      await new Promise(resolve => setTimeout(resolve, 25));
    }
    const position = await positionOf(api);
    const events = await eventually(
      async () => subscriber.events,
      told => told.at(-1)?.advanced.position === position,
    );
    const seconds = (performance.now() - began) / 1000;
    expect(events.length).toBeGreaterThan(2);
    expect(events.length).toBeLessThan(4 * seconds + 3);
  });
});

describe('who may subscribe', () => {
  const KEY = 'a-key-of-32-characters-for-tests';
  let api: Api;
  let keyless: Api;
  beforeAll(async () => {
    api = await startApi({ API_KEY: KEY, CORS_ORIGINS: 'https://example.org' });
    keyless = await startApi();
  });
  afterAll(async () => {
    await api.remove();
    await keyless.remove();
  });

  test.for([
    ['in connection_init', { connectionParams: { authorization: `Bearer ${KEY}` } }],
    ['in connection_init, as a header is written', { connectionParams: { Authorization: `bearer ${KEY}` } }],
    ['in the handshake', { headers: { authorization: `Bearer ${KEY}` } }],
    [
      'from a page of an allowed origin',
      { headers: { origin: 'https://example.org' }, connectionParams: { authorization: `Bearer ${KEY}` } },
    ],
  ] as const)('with the key %s', async ([, options]) => {
    await open(api.url, options).subscribe(ADVANCED).arrived(1);
  });

  test.for([
    ['none', {}],
    ['another', { connectionParams: { authorization: 'Bearer another-key-of-32-characters-xx' } }],
    ['one that is no text', { connectionParams: { authorization: { bearer: KEY } } }],
    ['another in the handshake', { headers: { authorization: 'Bearer no' } }],
  ] as const)('with no key but %s: closed with 4401', async ([, options]) => {
    const { code, reason } = await open(api.url, options).closed;
    expect([code, reason]).toEqual([4401, expect.stringContaining('Bearer <API_KEY>')]);
  });

  test('nothing is answered before connection_init', async () => {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.on('open', () => socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: ADVANCED } })));
    const code = await new Promise(resolve => socket.on('close', resolve));
    expect(code).toBe(4401);
  });

  test.for([
    ['no JSON', 'hello'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"start","id":"1"}'],
    ['no query', '{"type":"subscribe","id":"1","payload":{}}'],
    ['variables that are a list', '{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}'],
  ] as const)('a message that is %s ends the connection', async ([, message]) => {
    const socket = new WebSocket(`${keyless.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    socket.on('open', () => {
      socket.send('{"type":"connection_init"}');
      socket.send(message);
    });
    expect(await new Promise(resolve => socket.on('close', resolve))).toBe(4400);
  });

  test('a refused handshake says why, as other answers do', async () => {
    const socket = new WebSocket(`${keyless.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { origin: 'https://evil.test' });
    socket.on('error', () => undefined);
    const body = await new Promise<string>(resolve =>
      socket.on('unexpected-response', (_, response) => {
        let text = '';
        response.on('data', chunk => (text += chunk)).on('end', () => resolve(text));
      }),
    );
    expect(JSON.parse(body)).toEqual({
      errors: [{ message: expect.stringContaining('CORS_ORIGINS'), extensions: { code: 'FORBIDDEN', retryable: false } }],
    });
  });

  /** The status that a handshake is answered with. */
  function handshake(url: string, headers: Record<string, string>, path = '/graphql'): Promise<number> {
    return new Promise(resolve => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, 'graphql-transport-ws', { headers });
      socket.on('open', () => {
        socket.close();
        resolve(101);
      });
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => undefined);
    });
  }

  test.for([
    ['a page of another site', { origin: 'https://evil.test' }, 403],
    ['a page of no site', { origin: 'null' }, 403],
    ['a page of this machine at another port', { origin: 'http://localhost:1' }, 403],
    ['a name that was pointed here', { host: 'evil.test' }, 403],
    ['a name that was pointed here, by its own page', { host: 'evil.test:4000', origin: 'http://evil.test:4000' }, 403],
    ['our own page', { host: 'localhost:4000', origin: 'http://localhost:4000' }, 101],
    ['our own page behind a proxy for HTTPS', { host: 'localhost', origin: 'https://localhost' }, 101],
    ['our own page by number', { host: '[::1]:4000', origin: 'http://[::1]:4000' }, 101],
    ['a program', {}, 101],
  ] as const)('without a key: %s', async ([, headers, status]) => {
    expect(await handshake(keyless.url, headers)).toBe(status);
  });

  test('with a key: pages of this host and of CORS_ORIGINS alone', async () => {
    const statuses = ['https://metrics.test', 'https://example.org', 'https://evil.test', 'https://metrics.test.evil.test'].map(origin =>
      handshake(api.url, { host: 'metrics.test', origin }),
    );
    expect(await Promise.all(statuses)).toEqual([101, 101, 403, 403]);
  });

  test('no other address takes a WebSocket, and another upgrade is answered as if it were not asked for', async () => {
    expect(await handshake(keyless.url, {}, '/healthz')).toBe(400);
    const { hostname, port } = new URL(keyless.url);
    const answer = await new Promise<string>(resolve => {
      let text = '';
      const body = JSON.stringify({ query: '{ logStatus { position } }' });
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          `POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        ),
      );
      socket.on('data', chunk => (text += chunk)).on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).toContain('"position"');
  });

  test('a request to be a tunnel is hung up on', async () => {
    const { hostname, port } = new URL(keyless.url);
    const answer = await new Promise<string>(resolve => {
      let text = '';
      const socket = connect(Number(port), hostname, () => socket.write('CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n'));
      socket.on('data', chunk => (text += chunk)).on('close', () => resolve(text));
    });
    expect(answer).not.toContain('200');
  });
});
