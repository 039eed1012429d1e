/** The connection over which the service says that something was recorded. */
import { type Client, createClient } from 'graphql-ws';
import { AdvancedDocument, type AdvancedSubscription, RecordedDocument, type RecordedSubscription } from '../generated/graphql.ts';
import { authorization } from './api-key.ts';
import { askAgain } from './ask-again.ts';
import { questions } from './use-question.ts';

export type Recorded = NonNullable<RecordedSubscription['executionRecorded']>;

/** `lost`: it was there, or could not be made; it is tried again until it is there. `latest`: what was recorded last, since the page was opened. */
export type Live = Readonly<{ state: 'connecting' | 'live' | 'lost'; latest: Recorded | undefined }>;

let live: Live = { state: 'connecting', latest: undefined };
const listeners = new Set<() => void>();

function say(change: Partial<Live>): void {
  live = { ...live, ...change };
  for (const listener of listeners) listener();
}

/** For useSyncExternalStore. */
export const liveStore = {
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  get: () => live,
};

const KEEP_ALIVE_MS = 10_000;
const MAX_PAUSE_MS = 5_000;
/** Connects, and connects again for as long as it takes. Returns what ends it. */
export function connect(): () => void {
  const client: Client = createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    connectionParams: () => authorization() ?? {},
    lazy: false,
    keepAlive: KEEP_ALIVE_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: retries => new Promise(resolve => setTimeout(resolve, Math.min(MAX_PAUSE_MS, 250 * 2 ** retries))),
    on: { connected, closed: () => say({ state: 'lost' }), error: () => say({ state: 'lost' }) },
  });
  const ends = [
    client.subscribe<AdvancedSubscription>(
      { query: AdvancedDocument.toString() },
      sink<AdvancedSubscription>(({ advanced }) => advanced && askAgain(advanced.position)),
    ),
    client.subscribe<RecordedSubscription>(
      { query: RecordedDocument.toString() },
      sink<RecordedSubscription>(({ executionRecorded }) => executionRecorded && say({ latest: executionRecorded })),
    ),
  ];
  return () => {
    for (const end of ends) end();
    void client.dispose();
  };
}

/** What could not be asked while the service was away is asked now. */
function connected(): void {
  say({ state: 'live' });
  void questions.invalidateQueries({ predicate: ({ state }) => state.status === 'error' });
}

function sink<Event>(next: (event: Event) => void) {
  return {
    next: ({ data }: { data?: Event | null }) => void (data && next(data)),
    error: () => say({ state: 'lost' }),
    complete: () => {},
  };
}
