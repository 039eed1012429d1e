import { readdirSync, readFileSync } from 'node:fs';
import type { GraphQLSchema } from 'graphql';
import { MetricsError } from '../errors.ts';
import { projectUrl } from '../project.ts';
import type { GraphConnection } from '../projection/graph/graph.ts';
import type { FollowerStatus } from '../projection/projection.ts';
import type { FilterInput } from '../query/query.ts';
import { type PatternAnswer, type PluginAnswer, patternAnswer, pluginAnswer } from './answers.ts';
import type { RequestContext } from './context.ts';
import type { GraphState } from './graph-guard.ts';
import { joinSchemas } from './graph-join.ts';
import { createGraphSchema } from './graph-schema.ts';
import { type GraphTaskRunner, graphTaskResolvers } from './graph-tasks.ts';
import { liveResolvers } from './live.ts';
import { logStatusResolvers } from './log-status.ts';
import { questionResolvers } from './questions.ts';
import { recordingResolvers } from './recording.ts';
import { ENUMS, SCALARS } from './scalars.ts';

export type SchemaOptions = Readonly<{
  projections: () => readonly FollowerStatus[];
  graph: { connection: () => GraphConnection | undefined; state: () => GraphState; tasks: GraphTaskRunner };
}>;

/** What stands for a graph where there is none, as in a tool that only needs the schema. */
export const NO_GRAPH: SchemaOptions['graph'] = {
  connection: () => undefined,
  state: () => ({ available: false }),
  tasks: {
    status: undefined,
    start: () => {
      throw new MetricsError('GRAPH_UNAVAILABLE', 'There is no graph here');
    },
  },
};

const SCHEMA_FOLDER = projectUrl('schema/');
const GRAPH_TYPES = 'graph.graphql';

/** The whole API: what the logs answer, joined with what the graph answers. */
export async function createSchema({ projections, graph }: SchemaOptions): Promise<GraphQLSchema> {
  const files = readdirSync(SCHEMA_FOLDER).filter(file => file.endsWith('.graphql'));
  const texts = new Map(files.map(file => [file, readFileSync(new URL(file, SCHEMA_FOLDER), 'utf8')]));
  const graphSchema = await createGraphSchema<PatternAnswer, PluginAnswer, FilterInput, RequestContext>({
    typeDefs: [...texts.values()],
    connection: graph.connection,
    graphState: graph.state,
    patternStats: async (ids, filter, { questions, at }) => {
      const asked = { ...filter, patternIds: both(ids, filter?.patternIds) };
      return (await questions.patternStats({ filter: asked }, await at(undefined))).map(patternAnswer);
    },
    pluginStats: async (names, filter, { questions, at }) => {
      const asked = { ...filter, plugins: both(names, filter?.plugins) };
      return (await questions.pluginStats({ filter: asked }, await at(undefined))).map(pluginAnswer);
    },
  });
  return joinSchemas<RequestContext>(graphSchema, {
    typeDefs: [...texts].flatMap(([file, text]) => (file === GRAPH_TYPES ? [] : [text])),
    resolvers: [
      recordingResolvers,
      questionResolvers,
      liveResolvers,
      logStatusResolvers(projections),
      graphTaskResolvers(graph.tasks),
      ENUMS,
      SCALARS,
    ],
  });
}

/** The nodes of the page that the filter lets through as well. */
function both(keys: readonly string[], filtered: readonly string[] | null | undefined): readonly string[] {
  return filtered ? keys.filter(key => filtered.includes(key)) : keys;
}
