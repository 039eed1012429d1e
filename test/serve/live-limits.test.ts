/** What a client may not do over a WebSocket, and how one ends. */
import type { IncomingMessage } from 'node:http';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { fastify } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { RequestContext } from '../../src/serve/context.ts';
import { registerWebSockets } from '../../src/serve/web-sockets.ts';
import { type Api, execution, RECORD_ALL, startApi } from '../support/api.ts';
import { liveClient } from '../support/live-client.ts';
import { startService, temporaryDirectory } from '../support/program.ts';
import { silent } from '../support/silent-logger.ts';

const ADVANCED = 'subscription { advanced { position } }';
const PROTOCOL = 'graphql-transport-ws';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function started(): Promise<Api> {
  const api = await startApi();
  closers.push(() => api.remove());
  return api;
}

function open(url: string): ReturnType<typeof liveClient> {
  const client = liveClient(url);
  closers.push(() => client.close());
  return client;
}

/** A connection without the good manners of a client. */
function raw(url: string, options: { autoPong?: boolean } = {}): { socket: WebSocket; opened: Promise<void>; closed: Promise<number> } {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, PROTOCOL, options);
  socket.on('error', () => undefined);
  closers.push(() => socket.terminate());
  return {
    socket,
    opened: new Promise(resolve => socket.once('open', resolve)),
    closed: new Promise(resolve => socket.once('close', resolve)),
  };
}

const send = (socket: WebSocket, message: object) => socket.send(JSON.stringify(message));

describe('limits', () => {
  test('of connections: one too many is told to come later, and let in when another has gone', async () => {
    const api = await started();
    const sockets = Array.from({ length: 200 }, () => raw(api.url));
    await Promise.all(sockets.map(({ opened }) => opened));
    const refused = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, PROTOCOL);
    refused.on('error', () => undefined);
    const response = await new Promise<IncomingMessage>(resolve => refused.on('unexpected-response', (_, answer) => resolve(answer)));
    expect(response).toMatchObject({ statusCode: 503, headers: { 'retry-after': '10' } });
    sockets[0]?.socket.close();
    await sockets[0]?.closed;
    await raw(api.url).opened;
  });

  test('of subscriptions on one connection', async () => {
    const client = open((await started()).url);
    const subscriptions = Array.from({ length: 20 }, () => client.subscribe(ADVANCED));
    await Promise.all(subscriptions.map(subscription => subscription.arrived(1)));
    expect(await client.subscribe(ADVANCED).ended).toMatchObject([
      { message: expect.stringContaining('at most 20'), extensions: { code: 'QUERY_TOO_COMPLEX' } },
    ]);
    subscriptions[0]?.stop();
    await client.subscribe(ADVANCED).arrived(1);
  });

  test('of a message', async () => {
    const { socket, opened, closed } = raw((await started()).url);
    await opened;
    send(socket, { type: 'connection_init', payload: { long: 'x'.repeat(65_536) } });
    expect(await closed).toBe(1009);
  });

  test('of the answers that a client does not read', async () => {
    const { socket, opened, closed } = raw((await started()).url);
    await opened;
    socket.pause();
    const ping = JSON.stringify({ type: 'ping', payload: { long: 'x'.repeat(60_000) } });
    // Past what the system itself keeps for the connection.
    for (let n = 0; n < 2000 && socket.readyState === WebSocket.OPEN; n++) {
      socket.send(ping);
      if (n % 50 === 0) await new Promise(resolve => setTimeout(resolve, 10));
    }
    socket.resume();
    expect(await closed).toBe(1006);
  });

  test('of how far a subscriber falls behind who does not keep up: told to subscribe again', { timeout: 60_000 }, async () => {
    const api = await started();
    const client = open(api.url);
    const since = (await client.subscribe(ADVANCED).arrived(1))[0].advanced.position;
    const { socket, opened, closed } = raw(api.url);
    await opened;
    send(socket, { type: 'connection_init' });
    await new Promise(resolve => socket.once('message', resolve));
    for (let id = 0; id < 20; id++) {
      const query = `subscription { executionRecorded(since: "${since}") { executionId patternId patternName position } }`;
      send(socket, { id: String(id), type: 'subscribe', payload: { query } });
    }
    socket.pause();
    const long = 'n'.repeat(250);
    const record = async (count: number, of: (n: number) => object) => {
      const { data, errors } = await api.ask(RECORD_ALL, { inputs: Array.from({ length: count }, (_, n) => of(n)) });
      expect([errors, data.recordExecutions.filter((result: { error: unknown }) => result.error)]).toEqual([[], []]);
    };
    // Twenty times a kilobyte each: more than the system keeps for the connection.
    await record(1000, n => execution(`${long}-${n}`, { patternId: `p-${long}`, patternName: long }));
    for (let batch = 0; batch < 6; batch++) await record(50, n => execution(`far-${batch}-${n}`, { notes: 'x'.repeat(60_000) }));
    socket.resume();
    expect(await closed).toBe(1013);
    // Others are none the worse for it.
    expect(await client.subscribe(ADVANCED).arrived(1)).toHaveLength(1);
  });

  /** The same server with shorter times; nothing of it asks the log. */
  async function impatient(): Promise<string> {
    const app = fastify();
    const schema = makeExecutableSchema({ typeDefs: 'type Query { nothing: ID }' });
    registerWebSockets(app, {
      schema,
      path: '/graphql',
      apiKey: undefined,
      corsOrigins: [],
      context: () => Object.create(RequestContext.prototype),
      formatError: formatted => formatted,
      logger: silent,
      initTimeoutMs: 100,
      pingMs: 100,
    });
    closers.push(() => app.close());
    return app.listen({ host: '127.0.0.1', port: 0 });
  }

  test('of the time until connection_init', async () => {
    expect(await raw(await impatient()).closed).toBe(4408);
  });

  test('of silence: who answers no ping is gone', async () => {
    const url = await impatient();
    const [silentOne, lively] = [raw(url, { autoPong: false }), raw(url)];
    for (const { socket, opened } of [silentOne, lively]) {
      await opened;
      send(socket, { type: 'connection_init' });
    }
    expect(await silentOne.closed).toBe(1006);
    expect(lively.socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe('the end', () => {
  test('of a subscription: nothing more comes, and the connection goes on', async () => {
    const api = await started();
    const client = open(api.url);
    const [one, other] = [client.subscribe(ADVANCED), client.subscribe(ADVANCED)];
    await Promise.all([one.arrived(1), other.arrived(1)]);
    one.stop();
    expect(await one.ended).toBeUndefined();
    await api.append('durations.log', '2026-03-01T10:00:00Z,wf-script,review,1,human,900,true\n');
    await other.arrived(2);
    expect(one.events).toHaveLength(1);
  });

  test('of the service: each client is told, also one that is not listening, and the exit code is 0', { timeout: 60_000 }, async () => {
    const directory = await temporaryDirectory();
    closers.push(() => directory.remove());
    const service = await startService({ METRICS_DIR: directory.path });
    const client = open(service.url);
    await client.subscribe(ADVANCED).arrived(1);
    const deaf = raw(service.url);
    await deaf.opened;
    deaf.socket.pause();
    expect(await service.end()).toBe(0);
    expect(await client.closed).toMatchObject({ code: 1001, reason: 'the service is stopping' });
  });

  test('of the process, killed: what comes after is told to who resumes, nothing twice', { timeout: 120_000 }, async () => {
    const directory = await temporaryDirectory();
    closers.push(() => directory.remove());
    const ids = Array.from({ length: 40 }, (_, n) => `run-${n}`);
    const query = 'subscription ($since: LogPosition) { executionRecorded(since: $since) { executionId position } }';
    const told: string[] = [];
    let position: string | undefined;
    for (const part of [ids.slice(0, 20), ids.slice(20)]) {
      const service = await startService({ METRICS_DIR: directory.path });
      position ??= (await service.ask('{ logStatus { position } }')).data.logStatus.position;
      const client = open(service.url);
      const subscriber = client.subscribe(query, { since: position });
      const { errors } = await service.ask(RECORD_ALL, { inputs: part.map(id => execution(id)) });
      expect(errors).toBeUndefined();
      // The last ones of a part are left for the next process to tell.
      const events = (await subscriber.arrived(10)).slice(0, 10);
      told.push(...events.map(({ executionRecorded }) => executionRecorded.executionId));
      position = events.at(-1).executionRecorded.position;
      await service.end('SIGKILL');
      await client.close();
    }
    const service = await startService({ METRICS_DIR: directory.path });
    const rest = open(service.url).subscribe(query, { since: position });
    told.push(...(await rest.arrived(ids.length - told.length)).map(({ executionRecorded }) => executionRecorded.executionId));
    expect(told).toEqual(ids);
    await service.end();
  });
});
