/** The connection over which the service says that something was recorded. */
import { type Client, createClient } from 'graphql-ws';
import { AdvancedDocument, type AdvancedSubscription, RecordedDocument, type RecordedSubscription } from '../generated/graphql.ts';
import { authorization } from './api-key.ts';
import { lastAsOf } from './ask.ts';
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
/** Between two rounds of questions: more often nobody reads. */
const ROUND_PAUSE_MS = 400;

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
    on: { connected: () => say({ state: 'live' }), closed: () => say({ state: 'lost' }), error: () => say({ state: 'lost' }) },
  });
  const ends = [
    client.subscribe<AdvancedSubscription>(
      { query: AdvancedDocument.toString() },
      sink<AdvancedSubscription>(({ advanced }) => advanced && refresh(advanced.position)),
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

function sink<Event>(next: (event: Event) => void) {
  return {
    next: ({ data }: { data?: Event | null }) => void (data && next(data)),
    error: () => say({ state: 'lost' }),
    complete: () => {},
  };
}

let asking = false;
let wanted: string | undefined;

/** Asks everything that is shown again, unless it is of this position already; what comes meanwhile is one more round. */
async function refresh(position: string): Promise<void> {
  wanted = position;
  if (asking) return;
  asking = true;
  await answered();
  while (wanted !== undefined && wanted !== lastAsOf()) {
    wanted = undefined;
    // A browser asks six questions at once: what is looked at first is not to wait behind the others.
    await questions.invalidateQueries({ predicate: ({ meta }) => meta?.['first'] === true }, { cancelRefetch: false });
    await questions.invalidateQueries({ predicate: ({ meta }) => meta?.['first'] !== true }, { cancelRefetch: false });
    await new Promise(resolve => setTimeout(resolve, ROUND_PAUSE_MS));
  }
  asking = false;
}

/** Resolves when no question waits for its answer: what is on its way may be of the position already. */
function answered(): Promise<void> {
  if (questions.isFetching() === 0) return Promise.resolve();
  return new Promise(resolve => {
    const end = questions.getQueryCache().subscribe(() => {
      if (questions.isFetching() > 0) return;
      end();
      resolve();
    });
  });
}
