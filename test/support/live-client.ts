/** A subscriber as programs are: the client of graphql-ws over a real WebSocket. */
import { type Client, type ClientOptions, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

// biome-ignore lint/suspicious/noExplicitAny: data has the shape of its subscription, which only the test knows
type Data = any;

export type Subscribed = Readonly<{
  /** The data of each event so far, in the order of arrival. */
  events: readonly Data[];
  /** Resolves once there are so many events; rejects where the subscription ends before, or after ten seconds. */
  arrived(count: number): Promise<readonly Data[]>;
  /** Resolves with why it ended: errors, a close event; undefined where it was completed. */
  ended: Promise<unknown>;
  stop(): void;
}>;

export type LiveClient = Readonly<{
  subscribe(query: string, variables?: Record<string, unknown>): Subscribed;
  /** Resolves once the server has acknowledged the connection. */
  connected: Promise<void>;
  /** The close event, once the connection ends. */
  closed: Promise<{ code: number; reason: string }>;
  close(): void | Promise<void>;
}>;

/** `url`: of the service, by HTTP. */
export function liveClient(url: string, options: Partial<ClientOptions> & { headers?: Record<string, string> } = {}): LiveClient {
  const { headers = {}, ...others } = options;
  class Socket extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, { headers });
    }
  }
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: Socket,
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => undefined,
    ...others,
  });
  return {
    subscribe: (query, variables) => subscribe(client, query, variables),
    connected: new Promise(resolve => client.on('connected', () => resolve())),
    closed: new Promise(resolve => client.on('closed', event => resolve(event as { code: number; reason: string }))),
    close: () => client.dispose(),
  };
}

function subscribe(client: Client, query: string, variables: Record<string, unknown> = {}): Subscribed {
  const events: Data[] = [];
  let tell = () => {};
  let stop = () => {};
  let over = false;
  const ended = new Promise<unknown>(resolve => {
    const finish = (reason?: unknown) => {
      over = true;
      tell();
      resolve(reason);
    };
    stop = client.subscribe(
      { query, variables },
      {
        next: ({ data, errors }) => {
          if (errors) finish(errors);
          else events.push(data);
          tell();
        },
        error: finish,
        complete: () => finish(),
      },
    );
  });
  const arrived = (count: number) =>
    new Promise<readonly Data[]>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${events.length} events of ${count} after ten seconds`)), 10_000);
      tell = () => {
        if (events.length < count && !over) return;
        clearTimeout(timer);
        if (events.length >= count) resolve(events);
        else reject(new Error(`ended after ${events.length} events of ${count}`));
      };
      tell();
    });
  return { events, arrived, ended, stop: () => stop() };
}
