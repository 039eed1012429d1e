/** What Neo4j does for a question of the API, by PROFILE of every statement that it leads to. */
import { readdirSync, readFileSync } from 'node:fs';
import { graphql } from 'graphql';
import type { Driver, ManagedTransaction, ProfiledPlan, Session } from 'neo4j-driver';
import { replacing } from '../../src/projection/graph/correcting-driver.ts';
import { type GraphAddress, graphConnection } from '../../src/projection/graph/graph.ts';
import { joinSchemas } from '../../src/serve/graph-join.ts';
import { createGraphSchema } from '../../src/serve/graph-schema.ts';
import { ENUMS, SCALARS } from '../../src/serve/scalars.ts';

/** Where a statement begins, such as `NodeIndexSeek (Execution(status, started_at))`, and how often it touched the store. */
export type QueryPlan = Readonly<{ leaves: readonly string[]; hits: number }>;

const SCHEMA_FOLDER = new URL('../../schema/', import.meta.url);

/** A driver whose reading transactions profile what they ask. */
function profiling(driver: Driver, tell: (plan: ProfiledPlan) => void): Driver {
  const run = (transaction: ManagedTransaction) =>
    replacing(transaction, 'run', ((query: string, parameters: object) => {
      const result = transaction.run(`PROFILE ${query}`, parameters);
      result.then(({ summary }) => summary.profile && tell(summary.profile)).catch(() => undefined);
      return result;
    }) as ManagedTransaction['run']);
  const session = (one: Session) =>
    replacing(one, 'executeRead', (work, config) => one.executeRead(transaction => work(run(transaction as ManagedTransaction)), config));
  return replacing(driver, 'session', config => session(driver.session(config)));
}

function leavesOf(plan: ProfiledPlan): string[] {
  if (plan.children.length > 0) return plan.children.flatMap(leavesOf);
  const details = String(plan.arguments['Details'] ?? '');
  const index = /(?:INDEX|UNIQUE) \w+:(\w+\([^)]*\))/.exec(details)?.[1] ?? /'(\w+_text)'|:(\w+)/.exec(details)?.[0] ?? '';
  return [`${plan.operatorType.split('@')[0]}${index === '' ? '' : ` ${index}`}`];
}

const hitsOf = (plan: ProfiledPlan): number => plan.dbHits + plan.children.reduce((sum, child) => sum + hitsOf(child), 0);

/** Asks a question as the service would, and answers the plans of its statements. */
export async function plansOf(address: GraphAddress, queries: readonly string[]): Promise<QueryPlan[][]> {
  let plans: QueryPlan[] = [];
  const connection = graphConnection(address);
  const reader = profiling(connection.reader, plan => plans.push({ leaves: leavesOf(plan), hits: hitsOf(plan) }));
  const files = readdirSync(SCHEMA_FOLDER).filter(file => file.endsWith('.graphql'));
  const typeDefs = files.map(file => readFileSync(new URL(file, SCHEMA_FOLDER), 'utf8'));
  const generated = await createGraphSchema({
    typeDefs,
    connection: () => ({ ...connection, reader }),
    graphState: () => ({ available: true }),
    patternStats: async () => [],
    pluginStats: async () => [],
  });
  const schema = joinSchemas(generated, { typeDefs, resolvers: [ENUMS, SCALARS] });
  const answers: QueryPlan[][] = [];
  // The first one asks for the version too.
  for (const source of ['{ patterns(limit: 1) { name } }', ...queries]) {
    plans = [];
    const { errors } = await graphql({ schema, source, contextValue: {} });
    if (errors) throw errors[0] ?? new Error(source);
    answers.push(plans.map(({ leaves, hits }) => ({ leaves: leaves.filter(leaf => !leaf.startsWith('Argument')), hits })));
  }
  await connection.close();
  return answers.slice(1);
}
