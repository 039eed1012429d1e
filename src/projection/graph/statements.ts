/**
 * What the projection says to Neo4j. Each statement finds its nodes and relationships by their keys, so that saying it again
 * changes nothing; each sets only its own properties, so that what others wrote stays. `UNWIND` takes a batch at a time.
 */

/** Takes the lock of the position before anybody reads it: a statement that reads and writes at once could write back an old one. */
export const LOCK_POSITION = `
  MERGE (position:ProjectionPosition {name: $name})
  SET position.name = $name`;

export const READ_POSITION = `
  MATCH (position:ProjectionPosition {name: $name})
  RETURN position.position AS token`;

export const STORE_POSITION = `
  MATCH (position:ProjectionPosition {name: $name})
  SET position.position = $token`;

export const FORGET_POSITION = `
  MATCH (position:ProjectionPosition {name: $name})
  DELETE position`;

/** `created_at` is the earliest of all rows, in whatever stretches they come; a comparison with what is no time is null and loses. */
export const WRITE_PATTERNS = `
  UNWIND $rows AS row
  MERGE (pattern:Pattern {pattern_id: row.pattern_id})
  SET pattern += row.properties,
      pattern.last_used = datetime(row.last_used),
      pattern.created_at = CASE
        WHEN pattern.created_at <= datetime(row.created_at) THEN pattern.created_at
        ELSE datetime(row.created_at)
      END`;

export const WRITE_PLUGINS = `
  UNWIND $rows AS row
  MERGE (plugin:Plugin {name: row.name})
  SET plugin += row.properties,
      plugin.last_used = datetime(row.last_used)`;

export const WRITE_EXECUTIONS = `
  UNWIND $rows AS row
  MERGE (execution:Execution {execution_id: row.execution_id})
  SET execution += row.properties,
      execution.started_at = datetime(row.started_at),
      execution.completed_at = datetime(row.completed_at)
  WITH row, execution
  MATCH (pattern:Pattern {pattern_id: row.pattern_id})
  MERGE (execution)-[:IMPLEMENTS]->(pattern)`;

export const WRITE_STEPS = `
  UNWIND $rows AS row
  MATCH (plugin:Plugin {name: row.plugin})
  MATCH (execution:Execution {execution_id: row.execution_id})
  MERGE (plugin)-[step:EXECUTED_IN {ordinal: row.ordinal}]->(execution)
  SET step += row.properties`;
