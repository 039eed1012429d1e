import { isRetryableError, Neo4jError } from 'neo4j-driver';
import { type ErrorCode, MetricsError } from '../../errors.ts';

type Explanation = readonly [ErrorCode, string];

const AWAY: Explanation = [
  'GRAPH_UNAVAILABLE',
  'The graph is unavailable: Neo4j does not answer. Recording and every question answered from the logs go on; the graph is tried again by itself',
];
const READ_ONLY: Explanation = [
  'GRAPH_UNAVAILABLE',
  'This Neo4j database is read only: make it writable or name another in NEO4J_DATABASE',
];
const SLOW: Explanation = [
  'TIMEOUT',
  'The graph took too long for this question: narrow it by a filter, ask for fewer nodes or fewer levels',
];
const TOO_BIG: Explanation = [
  'QUERY_TOO_COMPLEX',
  'Neo4j has too little memory for this: narrow the question by a filter, ask for fewer nodes, or give Neo4j more',
];

/**
 * The driver's and the server's codes that are explained, by their beginning; the first that fits counts. The texts are ours
 * alone: the driver's own name host, port and sometimes values.
 */
const EXPLAINED: readonly (readonly [string, Explanation])[] = [
  ['ServiceUnavailable', AWAY],
  ['SessionExpired', AWAY],
  ['ProtocolError', AWAY],
  ['N/A', AWAY],
  ['Neo.TransientError.General.DatabaseUnavailable', AWAY],
  ['Neo.TransientError.Database.DatabaseUnavailable', AWAY],
  [
    'Neo.ClientError.Database.DatabaseNotFound',
    ['GRAPH_UNAVAILABLE', 'Neo4j has no database of the configured name: check NEO4J_DATABASE'],
  ],
  [
    'Neo.ClientError.Security.Forbidden',
    ['GRAPH_UNAVAILABLE', 'Neo4j forbids the configured user what the graph needs (reading, writing, indexes): grant it'],
  ],
  [
    'Neo.ClientError.Security',
    ['GRAPH_UNAVAILABLE', 'Neo4j refuses the configured user or password: check NEO4J_USERNAME and NEO4J_PASSWORD'],
  ],
  [
    'Neo.ClientError.Cluster.NotALeader',
    ['GRAPH_UNAVAILABLE', 'This member of the Neo4j cluster only reads: give the cluster as neo4j:// in NEO4J_URI'],
  ],
  ['Neo.ClientError.General.ForbiddenOnReadOnlyDatabase', READ_ONLY],
  ['Neo.ClientError.General.WriteOnReadOnlyAccessDatabase', READ_ONLY],
  [
    'Neo.ClientError.Procedure.ProcedureNotFound',
    ['GRAPH_UNAVAILABLE', 'Neo4j lacks a procedure that the graph needs: install APOC core of its version'],
  ],
  [
    'Neo.ClientError.Schema.ConstraintValidationFailed',
    ['GRAPH_UNAVAILABLE', 'Another program wrote a node of the same key at the same moment: the graph is tried again by itself'],
  ],
  ['Neo.ClientError.Transaction.TransactionTimedOut', SLOW],
  ['Neo.ClientError.Transaction.LockClientStopped', SLOW],
  ['Neo.TransientError.Transaction.Terminated', SLOW],
  ['Neo.TransientError.Transaction.LockClientStopped', SLOW],
  ['Neo.TransientError.Transaction.LockAcquisitionTimeout', SLOW],
  ['Neo.TransientError.General.MemoryPoolOutOfMemory', TOO_BIG],
  ['Neo.TransientError.General.TransactionOutOfMemory', TOO_BIG],
  ['Neo.TransientError.General.OutOfMemory', TOO_BIG],
  ['Neo.ClientError.General.TransactionOutOfMemory', TOO_BIG],
  [
    'Neo.ClientError.Statement.ArgumentError',
    [
      'BAD_USER_INPUT',
      'Neo4j refuses a value of this question: limit, first and offset are not negative, after is a cursor that was answered',
    ],
  ],
];

function explain(error: Neo4jError): Explanation {
  // A function that Neo4j does not know is a syntax error to it; the only one that we call by name and do not bring is APOC's.
  if (error.message.includes("Unknown function 'apoc.")) {
    return ['GRAPH_UNAVAILABLE', 'Neo4j lacks the function apoc.date.convertFormat: install APOC core of its version'];
  }
  const known = EXPLAINED.find(([code]) => error.code.startsWith(code));
  if (known) return known[1];
  if (isRetryableError(error)) return ['GRAPH_UNAVAILABLE', 'The graph could not answer just now: try again'];
  return ['INTERNAL_SERVER_ERROR', `The graph failed (${error.code})`];
}

/**
 * What went wrong with Neo4j, in words of our own: GRAPH_UNAVAILABLE (away, refused, wrong database, read only, APOC missing),
 * TIMEOUT, QUERY_TOO_COMPLEX, BAD_USER_INPUT, else INTERNAL_SERVER_ERROR. A `MetricsError` passes unchanged; undefined means
 * that the server did not answer. The message names no host, port or password and may be shown to anybody; `cause` is for the log.
 */
export function graphError(error: unknown): MetricsError {
  if (error instanceof MetricsError) return error;
  if (error === undefined) return new MetricsError(...AWAY);
  if (error instanceof Neo4jError) return new MetricsError(...explain(error), { cause: error });
  return new MetricsError('INTERNAL_SERVER_ERROR', 'The graph failed', { cause: error });
}
