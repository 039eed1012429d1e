import { GraphQLError } from 'graphql';
import { MetricsError } from '../errors.ts';
import { type GraphConnection, graphError, withDeadline } from '../projection/graph/graph.ts';

/** What the projection knows of Neo4j. `reason` is for the client: what is wrong and, with the graph off, how to get one. */
export type GraphState = Readonly<{ available: boolean; reason?: string | undefined }>;

export type GraphGuardOptions = Readonly<{
  connection: () => GraphConnection | undefined;
  graphState: () => GraphState;
}>;

/** Runs a question to the graph. Rejects within 2 s at the latest, with a `MetricsError` or a `GraphQLError` of the client's own making. */
export type GraphGuard = <T>(ask: (connection: GraphConnection) => Promise<T>) => Promise<T>;

/** No answer takes longer: a connection to a frozen Neo4j ends by nothing else. */
const DEADLINE_MS = 1_900;
/** A question that runs this long is joined by a ping, so that at the deadline a frozen Neo4j is told from a busy one. */
const SUSPICIOUS_MS = 800;
/** How long a question waits to hear that a Neo4j which was away is back: one that is back answers in a few milliseconds. */
const RETURN_MS = 100;
/** While Neo4j is away it is asked no more often than this: at wrong passwords it shuts users out. */
const RECHECK_MS = 500;

const OFF =
  'There is no graph: give a Neo4j by NEO4J_URI, NEO4J_USERNAME and NEO4J_PASSWORD, or install Java 17 or 21 and Maven for one of our own';

const away = (reason: string) => new MetricsError('GRAPH_UNAVAILABLE', reason);

/** Remembers that Neo4j was found away, until a ping says otherwise. */
function createBreaker() {
  let last: MetricsError | undefined;
  let checkedAt = 0;

  return {
    open: (error: MetricsError) => {
      last = error;
      checkedAt = performance.now();
    },
    /** Rejects at once while Neo4j is away; every half second one caller waits a moment to hear whether it is back. */
    admit: async (connection: GraphConnection) => {
      const found = last;
      if (!found) return;
      if (performance.now() - checkedAt < RECHECK_MS) throw found;
      checkedAt = performance.now();
      await withDeadline(connection.ping(), RETURN_MS, () => found);
      last = undefined;
    },
  };
}

/** Whether a ping, sent once a question has become suspicious, was answered. */
function watch(connection: GraphConnection) {
  const watched = { answered: false };
  const timer = setTimeout(() => {
    connection.ping().then(
      () => {
        watched.answered = true;
      },
      () => {},
    );
  }, SUSPICIOUS_MS);
  return { watched, end: () => clearTimeout(timer) };
}

/**
 * Stands before every field that the graph answers. While Neo4j is known to be away (by the projection, or by the question
 * before) it answers at once; otherwise within 2 s. An error of the driver never passes: each becomes a `MetricsError` that
 * names no host. A client's mistake, which the generated part reports as a `GraphQLError`, passes as it is.
 */
export function createGraphGuard({ connection, graphState }: GraphGuardOptions): GraphGuard {
  const breaker = createBreaker();

  function judge(error: unknown, alive: boolean): MetricsError {
    const judged = graphError(error);
    if (judged.code !== 'GRAPH_UNAVAILABLE') return judged;
    // It answers others: there was no connection to be had, or no time left.
    if (alive) return new MetricsError('TIMEOUT', 'The graph is busy: try again, or ask for less', { cause: error });
    breaker.open(judged);
    return judged;
  }

  return async ask => {
    const state = graphState();
    if (!state.available) throw away(state.reason ?? OFF);
    const current = connection();
    if (!current) throw away(state.reason ?? OFF);
    await breaker.admit(current);
    const { watched, end } = watch(current);
    try {
      return await withDeadline(ask(current), DEADLINE_MS, () => graphError(undefined));
    } catch (error) {
      if (error instanceof GraphQLError) throw error;
      throw judge(error, watched.answered);
    } finally {
      end();
    }
  };
}
