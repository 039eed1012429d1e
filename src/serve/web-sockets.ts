/**
 * WebSockets for subscriptions, at the address of the API. What a client controls has a limit: connections, the size of messages, how long
 * it may be silent and how much may wait for it.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { CloseCode, handleProtocols, type Server } from 'graphql-ws';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { type ErrorCode, MetricsError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { type Connection, type ProtocolOptions, protocolServer } from './subscription-protocol.ts';
import { type AccessOptions, whyRefused } from './web-socket-access.ts';

export type WebSocketOptions = ProtocolOptions &
  AccessOptions &
  Readonly<{
    path: string;
    logger: Logger;
    /** How long a client has to answer a ping. Milliseconds; tests set it. */
    pingMs?: number;
  }>;

const MAX_SOCKETS = 200;
const MAX_MESSAGE_BYTES = 64 << 10;
/** Of answers that a client has not taken yet: its subscriptions are told no more long before, so only who asks and never reads has as many. */
const MAX_WAITING_BYTES = 1 << 20;
/** Of messages that may wait before who sends them must: some dozens of events. */
const AHEAD_BYTES = 16 << 10;
const PING_MS = 15_000;
/** How long a client has to say goodbye, too. */
const CLOSE_TIMEOUT_MS = 1000;

/** "Normal" and "going away" of RFC 6455. */
const NORMAL = 1000;
const STOPPING = 1001;

/** Accepts WebSockets until the app closes; then each is told that the service stops. */
export function registerWebSockets(app: FastifyInstance, options: WebSocketOptions): void {
  const server = protocolServer(options);
  const sockets = new WebSocketServer({
    server: app.server,
    path: options.path,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols,
    verifyClient: ({ req }, answer) => {
      const reason = whyRefused(req, options);
      if (reason !== undefined) answer(false, 403, refusal('FORBIDDEN', reason), JSON_TYPE);
      else if (sockets.clients.size >= MAX_SOCKETS)
        answer(false, 503, refusal('OVERLOADED', TOO_MANY), { ...JSON_TYPE, 'Retry-After': '10' });
      else answer(true);
    },
  });
  // Errors of the HTTP server, such as a port that is taken: who listens is told, and would not be if nobody took them here.
  sockets.on('error', error => options.logger.debug({ error }, 'the server of the WebSockets failed'));
  sockets.on('connection', (socket, request) => open(server, { socket, request, logger: options.logger }));
  const pinging = pingAll(sockets, options.pingMs ?? PING_MS);
  app.addHook('preClose', async () => {
    clearInterval(pinging);
    for (const socket of sockets.clients) end(socket, STOPPING, 'the service is stopping');
    await new Promise(resolve => sockets.close(resolve));
  });
}

type Opened = { socket: WebSocket; request: IncomingMessage; logger: Logger };

const TOO_MANY = `there are ${MAX_SOCKETS} connections already: come again in a moment`;
const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };

/** What a handshake is refused with has the shape of other errors. */
function refusal(code: ErrorCode, message: string): string {
  const { retryable } = new MetricsError(code, message);
  return JSON.stringify({ errors: [{ message, extensions: { code, retryable } }] });
}

/** Connects a socket with the protocol. */
function open(server: Server<Connection>, { socket, request, logger }: Opened): void {
  const gone = new AbortController();
  // Broken frames and too large messages: ws has closed the connection for them.
  socket.on('error', error => logger.debug({ error }, 'a WebSocket failed'));
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: text => sent(text, socket, request.socket),
      close: (code, reason) => end(socket, code, reason),
      onMessage: take => socket.on('message', (data: RawData) => receive(data, { take, socket, logger })),
    },
    { request, gone: gone.signal, close: (code, reason) => end(socket, code, reason) },
  );
  socket.once('close', (code, reason) => {
    gone.abort();
    closed(code, String(reason)).catch(error => logger.error({ error }, 'a subscription did not end'));
  });
}

/** Tells a client why its connection ends, and ends it. */
function end(socket: WebSocket, code = NORMAL, reason?: string): void {
  socket.close(code, reason);
  setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
}

/** What is sent in one turn of the event loop is one write. Resolves when there is room for more: who reads slowly is told slowly. */
function sent(text: string, socket: WebSocket, stream: Socket): Promise<void> {
  return new Promise(resolve => {
    if (socket.readyState !== socket.OPEN) {
      resolve();
      return;
    }
    if (stream.writableCorked === 0) {
      stream.cork();
      setImmediate(() => stream.uncork());
    }
    socket.send(text, () => resolve());
    if (stream.writableLength < AHEAD_BYTES) resolve();
  });
}

type Receiver = { take: (message: string) => Promise<void>; socket: WebSocket; logger: Logger };

function receive(data: RawData, { take, socket, logger }: Receiver): void {
  if (socket.bufferedAmount > MAX_WAITING_BYTES) {
    socket.terminate();
    return;
  }
  take(String(data)).catch(error => {
    logger.error({ error }, 'a message of a WebSocket failed');
    end(socket, CloseCode.InternalServerError, 'Internal server error');
  });
}

/** Ends connections whose other end is silently gone, and keeps proxies from ending quiet ones. */
function pingAll(sockets: WebSocketServer, everyMs: number): NodeJS.Timeout {
  const answered = new WeakSet<WebSocket>();
  sockets.on('connection', socket => {
    answered.add(socket);
    socket.on('pong', () => answered.add(socket));
  });
  return setInterval(() => {
    for (const socket of sockets.clients) {
      if (answered.delete(socket)) socket.ping();
      else socket.terminate();
    }
  }, everyMs).unref();
}
