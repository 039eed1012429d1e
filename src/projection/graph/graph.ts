/**
 * The graph: executions, patterns and plugins of the logs as nodes and relationships of a Neo4j, for questions about what is
 * connected with what. In flows a stretch of the logs and, for the patterns and plugins in it, their figures as of its end; out
 * flow nothing but errors in words of our own, and the drivers that questions use. What always holds:
 *
 * - The position is stored in the transaction of the data, under a lock: a stretch is in the graph wholly or not at all, and a
 *   second try of it, or of an older one, changes nothing.
 * - The graph at a position is a function of the logs up to it, however they were cut into stretches: the last executions of each
 *   pattern in log order stay; what leaves is in `archive/graph` first, once.
 * - It says of itself which logs it follows, and is never taken for that of others.
 * - Nodes are found by their keys and only our own properties are set: descriptions, tags, labels and relationships of other
 *   programs in the same database stay.
 * - Neo4j may be away, slow, frozen or not the one we meant: every call ends, and says which.
 */
export type { GraphAggregates } from './aggregates.ts';
export { type GraphAddress, type GraphConnection, graphConnection } from './connection.ts';
export { withDeadline } from './deadline.ts';
export type { GraphDifference } from './graph-finding.ts';
export type { GraphLogs } from './graph-logs.ts';
export { GraphProjection, type GraphProjectionOptions } from './graph-projection.ts';
export { type GraphTask, type GraphTaskStatus, GraphTasks } from './graph-tasks.ts';
export type { GraphChecked } from './graph-work.ts';
export { graphError } from './neo4j-error.ts';
export { Neo4jSupply, type SupplyState } from './neo4j-supply.ts';
