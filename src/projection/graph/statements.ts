/**
 * What the projection says to Neo4j. Each statement finds its nodes and relationships by their keys, so that saying it again
 * changes nothing; each sets only its own properties, so that what others wrote stays. `UNWIND` takes a batch at a time.
 */

/** Ours on an execution that are no times, its key first; on a step those that are its own, and all with those that many steps share. */
export const PLAIN_PROPERTIES = [
  'execution_id',
  'workflow_id',
  'task_description',
  'status',
  'duration_ms',
  'error_message',
  'journal_position',
] as const;
const EXECUTION_PROPERTIES = [...PLAIN_PROPERTIES, 'started_at', 'completed_at'];
export const OWN_STEP_PROPERTIES = ['ordinal', 'step', 'duration_ms'] as const;
const STEP_PROPERTIES = [...OWN_STEP_PROPERTIES, 'phase', 'status'];

const list = (names: readonly string[]) => `[${names.map(name => `'${name}'`).join(', ')}]`;
const nothing = (names: readonly string[]) => `{${names.map(name => `${name}: null`).join(', ')}}`;

// ---------- What the graph says of itself ----------

/** Takes the lock of the position before anybody reads it: a statement that reads and writes at once could write back an old one. */
export const LOCK_POSITION = `
  MERGE (position:ProjectionPosition {name: $name})
  SET position.name = $name`;

/** `logs`: the identity of the logs; `layout`: the version of what is written; `retention`: executions of a pattern that stay; `step`: the last step of its schema. */
export const READ_POSITION = `
  MATCH (position:ProjectionPosition {name: $name})
  RETURN position.position AS token, position.logs AS logs, toFloat(position.layout) AS layout, toFloat(position.retention) AS retention,
    toFloat(position.schema_step) AS step`;

const SET_POSITION = `SET position.position = $token, position.logs = $logs, position.layout = $layout,
      position.retention = $retention, position.schema_step = $step`;

export const STORE_POSITION = `
  MATCH (position:ProjectionPosition {name: $name})
  ${SET_POSITION}`;

export const FORGET_POSITION = `
  MATCH (position:ProjectionPosition {name: $name})
  DELETE position`;

// ---------- Writing ----------

/**
 * `created_at` is the earliest of all rows, in whatever stretches they come; a comparison with what is no time is null and loses.
 * With `$exact` it is what the row says: then the row speaks of all the logs.
 */
const writePatterns = (rows: string) => `
  UNWIND ${rows} AS row
  MERGE (pattern:Pattern {pattern_id: row.pattern_id})
  SET pattern += row.properties,
      pattern.last_used = datetime(row.last_used),
      pattern.created_at = CASE
        WHEN NOT $exact AND pattern.created_at <= datetime(row.created_at) THEN pattern.created_at
        ELSE datetime(row.created_at)
      END`;
export const WRITE_PATTERNS = writePatterns('$rows');

const writePlugins = (rows: string) => `
  UNWIND ${rows} AS row
  MERGE (plugin:Plugin {name: row.name})
  SET plugin += row.properties,
      plugin.last_used = datetime(row.last_used)`;
export const WRITE_PLUGINS = writePlugins('$rows');

/** Which executions there are already, by their keys: ours or others'. */
export const FIND_EXECUTIONS = `
  UNWIND $keys AS key
  MATCH (execution:Execution {execution_id: key})
  RETURN execution.execution_id AS key`;

const WHOLE = ['duration_ms', 'journal_position', 'ordinal', 'step'];

/** Whole numbers come as floats: the driver takes several times as long for an integer. */
const valueAt = (row: string, index: number, name: string) => (WHOLE.includes(name) ? `toInteger(${row}[${index}])` : `${row}[${index}]`);
const columns = (row: string, names: readonly string[]) => names.map((name, index) => `${name}: ${valueAt(row, index, name)}`).join(', ');

/**
 * Executions that are not there yet, with their relationships; their patterns and plugins are there. Rows come as lists in the order of
 * the properties, by pattern, and by plugin, phase and status: names in every row would be most of the message, and each pattern and
 * plugin is looked up once. A step ends with the place of its execution among all of `$patterns`, in log order.
 */
export const CREATE_EXECUTIONS = `
  UNWIND $patterns AS one
  MATCH (pattern:Pattern {pattern_id: one.pattern_id})
  UNWIND one.rows AS row
  CREATE (execution:Execution {${columns('row', PLAIN_PROPERTIES)}, started_at: datetime(row[${PLAIN_PROPERTIES.length}]),
    completed_at: datetime(row[${PLAIN_PROPERTIES.length + 1}])})-[:IMPLEMENTS]->(pattern)
  WITH execution, row ORDER BY row[${PLAIN_PROPERTIES.indexOf('journal_position')}]
  WITH collect(execution) AS executions
  UNWIND $plugins AS one
  MATCH (plugin:Plugin {name: one.name})
  UNWIND one.rows AS step
  WITH plugin, one, step, executions[toInteger(step[${OWN_STEP_PROPERTIES.length}])] AS execution
  CREATE (plugin)-[:EXECUTED_IN {${columns('step', OWN_STEP_PROPERTIES)}, phase: one.phase, status: one.status}]->(execution)`;

/** Executions of which some may be there, with their relationships; their patterns and plugins are there. */
const writeExecutions = (rows: string) => `
  UNWIND ${rows} AS row
  MERGE (execution:Execution {execution_id: row.properties.execution_id})
  SET execution += row.properties,
      execution.started_at = datetime(row.started_at),
      execution.completed_at = datetime(row.completed_at)
  WITH row, execution
  MATCH (pattern:Pattern {pattern_id: row.pattern_id})
  MERGE (execution)-[:IMPLEMENTS]->(pattern)
  WITH row, execution
  UNWIND row.steps AS one
  MATCH (plugin:Plugin {name: one.plugin})
  MERGE (plugin)-[step:EXECUTED_IN {ordinal: one.properties.ordinal}]->(execution)
  SET step += one.properties`;
export const WRITE_EXECUTIONS = writeExecutions('$rows');

// ---------- Retention ----------

/** Where the rows of the executions of each pattern start. */
export const READ_RETAINED = `
  UNWIND $rows AS id
  MATCH (:Pattern {pattern_id: id})<-[:IMPLEMENTS]-(execution:Execution)
  WHERE execution.journal_position IS NOT NULL
  RETURN id, collect(toFloat(execution.journal_position)) AS starts`;

/** What others added to an execution: a label, a property or a relationship. A step of ours has all our properties. */
const MARKED = `(size(labels(execution)) > 1
    OR any(key IN keys(execution) WHERE NOT key IN ${list(EXECUTION_PROPERTIES)})
    OR EXISTS {
      MATCH (execution)-[tie]-()
      WHERE NOT type(tie) IN ['IMPLEMENTS', 'EXECUTED_IN']
        OR (type(tie) = 'IMPLEMENTS' AND size(keys(tie)) > 0)
        OR (type(tie) = 'EXECUTED_IN' AND (tie.ordinal IS NULL OR size(keys(tie)) > ${STEP_PROPERTIES.length}))
    })`;

/** Removes executions by where their rows start, but those that others have marked. */
const removeRetired = (rows: string) => `
  UNWIND ${rows} AS start
  MATCH (execution:Execution {journal_position: start})
  WHERE NOT ${MARKED}
  DETACH DELETE execution`;
export const REMOVE_RETIRED = removeRetired('$rows');

// ---------- Following ----------

/**
 * A part of a stretch as one statement, which is one transaction: under the lock of the position, and only where it is `$from` (`$start`
 * where none is stored), everything that the part brings and pushes out, nodes before relationships, and the position after it. Answers a
 * row where it did.
 */
export const ADVANCE = `${LOCK_POSITION}
  WITH position WHERE coalesce(position.position, $start) = $from
  CALL {${writePatterns('$patternRows')} }
  CALL {${writePlugins('$pluginRows')} }
  CALL {${CREATE_EXECUTIONS} }
  CALL {${writeExecutions('$executionRows')} }
  CALL {${removeRetired('$retired')} }
  ${SET_POSITION}
  RETURN true AS done`;

// ---------- Comparing ----------

export const PAGE_OF_PATTERNS = `
  MATCH (node:Pattern) WHERE node.pattern_id > $after
  WITH node ORDER BY node.pattern_id LIMIT $limit
  RETURN node.pattern_id AS key, properties(node) AS properties, node.executions IS NOT NULL AS ours`;

export const PAGE_OF_PLUGINS = `
  MATCH (node:Plugin) WHERE node.name > $after
  WITH node ORDER BY node.name LIMIT $limit
  RETURN node.name AS key, properties(node) AS properties, node.total_uses IS NOT NULL AS ours`;

/** From a position on, since two nodes may claim one: those of other logs. */
export const PAGE_OF_EXECUTIONS = `
  MATCH (execution:Execution) WHERE execution.journal_position >= $after
  WITH execution ORDER BY execution.journal_position LIMIT $limit
  RETURN toFloat(execution.journal_position) AS start, execution.execution_id AS key, properties(execution) AS properties, ${MARKED} AS marked,
    COLLECT {
      MATCH (execution)-[tie:IMPLEMENTS]->(pattern)
      RETURN {id: elementId(tie), pattern: pattern.pattern_id, plain: size(keys(tie)) = 0}
    } AS patterns,
    COLLECT {
      MATCH (plugin)-[tie:EXECUTED_IN]->(execution) WHERE tie.ordinal IS NOT NULL
      RETURN {id: elementId(tie), plugin: plugin.name, properties: properties(tie)}
    } AS steps`;

export const REMOVE_RELATIONSHIPS = `
  UNWIND $rows AS id
  MATCH ()-[tie]->() WHERE elementId(tie) = id
  DELETE tie`;

/** Takes back what is ours of executions that no row speaks of; a node on which others have left nothing goes whole. */
export const REMOVE_EXECUTIONS = `
  UNWIND $rows AS row
  MATCH (execution:Execution {execution_id: row.key}) WHERE execution.journal_position = row.start
  OPTIONAL MATCH (execution)-[tie]-()
    WHERE (type(tie) = 'IMPLEMENTS' AND size(keys(tie)) = 0) OR (type(tie) = 'EXECUTED_IN' AND tie.ordinal IS NOT NULL)
  DELETE tie
  WITH DISTINCT execution
  SET execution += ${nothing(EXECUTION_PROPERTIES.slice(1))}
  WITH execution
  WHERE size(labels(execution)) = 1 AND size(keys(execution)) = 1 AND NOT EXISTS { (execution)--() }
  DELETE execution`;

const takeBack = (label: string, key: string, properties: readonly string[]) => `
  UNWIND $rows AS key
  MATCH (node:${label} {${key}: key})
  SET node += ${nothing(properties)}
  WITH node
  WHERE size(labels(node)) = 1 AND size(keys(node)) = 1 AND NOT EXISTS { (node)--() }
  DELETE node`;

/** The same for patterns and plugins, by their keys. */
export const REMOVE_PATTERNS = takeBack('Pattern', 'pattern_id', [
  'name',
  'status',
  'success_rate',
  'executions',
  'last_used',
  'created_at',
]);
export const REMOVE_PLUGINS = takeBack('Plugin', 'name', ['success_rate', 'total_uses', 'last_used']);
