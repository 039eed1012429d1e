/** The questions to the graph that the README documents, as a frontend asks them; `plan`: whether Neo4j alone answers them. */

export type GraphQuestion = Readonly<{ title: string; query: string; plan: boolean }>;

const DAY = 'startedAt: { gte: "2025-01-10T00:00:00Z", lt: "2025-01-11T00:00:00Z" }';

export const GRAPH_QUESTIONS: readonly GraphQuestion[] = [
  {
    title: 'an execution with its pattern and plugins',
    query:
      '{ executions(where: { executionId: { eq: "graph-12345" } }) { executionId status pattern { name } pluginsConnection { edges { properties { step phase durationMs status } node { name } } } } }',
    plan: true,
  },
  {
    title: 'a pattern’s latest 20 executions with their plugins',
    query:
      '{ patterns(where: { patternId: { eq: "pat_7" } }) { name executions(limit: 20, sort: [{ startedAt: DESC }]) { executionId status plugins { name } } } }',
    plan: true,
  },
  {
    title: 'the patterns used last, each with its 3 latest executions and their plugins',
    query:
      '{ patterns(sort: [{ lastUsed: DESC }], limit: 10) { name executionCount successRate executions(limit: 3, sort: [{ startedAt: DESC }]) { executionId status plugins { name } } } }',
    plan: true,
  },
  {
    title: 'the same patterns with `stats` from the logs',
    query: '{ patterns(sort: [{ lastUsed: DESC }], limit: 10) { name stats { successRate { value total } } } }',
    plan: true,
  },
  {
    title: 'plugins by use',
    query: '{ plugins(sort: [{ totalUses: DESC }], limit: 20) { name totalUses successRate lastUsed } }',
    plan: true,
  },
  {
    title: 'the latest executions',
    query: '{ executions(sort: [{ startedAt: DESC }], limit: 20) { executionId status startedAt pattern { name } } }',
    plan: true,
  },
  {
    title: 'the latest failures with their steps',
    query:
      '{ executions(where: { status: { eq: FAILED } }, sort: [{ startedAt: DESC }], limit: 20) { executionId errorMessage pattern { name } pluginsConnection { edges { properties { step phase durationMs status } node { name } } } } }',
    plan: true,
  },
  {
    title: 'executions of a status within a day, in order',
    query: `{ executions(where: { status: { eq: SUCCESS }, ${DAY} }, sort: [{ startedAt: ASC }], limit: 50) { executionId startedAt durationMs } }`,
    plan: true,
  },
  {
    title: 'a page of a day’s executions as a connection',
    query: `{ executionsConnection(where: { ${DAY} }, first: 20, sort: [{ startedAt: DESC }]) { edges { node { executionId } } pageInfo { hasNextPage endCursor } } }`,
    plan: true,
  },
  { title: 'all executions, counted', query: '{ executionsConnection { aggregate { count { nodes } } } }', plan: true },
  {
    title: 'a day’s executions, counted, with their durations',
    query: `{ executionsConnection(where: { ${DAY} }) { aggregate { count { nodes } node { durationMs { average max } } } } }`,
    plan: true,
  },
  {
    title: 'a pattern’s executions, counted',
    query: '{ patterns(where: { patternId: { eq: "pat_7" } }) { executionsConnection { aggregate { count { nodes } } } } }',
    plan: true,
  },
  {
    title: 'plugins by words',
    query: '{ searchPlugins(phrase: "plugin-7 (auth)") { edges { score node { name totalUses successRate } } } }',
    plan: true,
  },
  {
    title: 'a plugin’s patterns (from the logs)',
    query: '{ patternStats(filter: { plugins: ["plugin-7"] }) { patterns { patternId name successRate { value total } } } }',
    plan: false,
  },
  {
    title: 'a plugin’s latest executions (from the logs)',
    query: '{ recordedExecutions(first: 20, filter: { plugins: ["plugin-7"] }) { edges { node { executionId status } } } }',
    plan: false,
  },
  {
    title: 'patterns like another (from the logs)',
    query: '{ similarPatterns(patternId: "pat_7") { patterns { patternId similarity shared } } }',
    plan: false,
  },
];
