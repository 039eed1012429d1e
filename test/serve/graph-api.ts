import { readFileSync } from 'node:fs';
import { type ExecutionResult, type GraphQLSchema, graphql } from 'graphql';
import type { GraphConnection } from '../../src/projection/graph/graph.ts';
import type { GraphState } from '../../src/serve/graph-guard.ts';
import { joinSchemas } from '../../src/serve/graph-join.ts';
import { createGraphSchema } from '../../src/serve/graph-schema.ts';
import { ENUMS, SCALARS } from '../../src/serve/scalars.ts';

/** A stand-in for the part that is answered from the logs: a field of it, and the types that both parts share. */
const LOG_TYPES = `
  scalar DateTime
  scalar SafeInt
  scalar LogPosition
  enum ExecutionStatus { SUCCESS FAILED PARTIAL CANCELLED }
  enum StepStatus { SUCCESS FAILED SKIPPED }
  enum PatternStatus { DISCOVERED VALIDATED LEARNED DEPRECATED }
  type Rate { value: Float  successes: SafeInt!  total: SafeInt!  lower: Float  upper: Float }
  type Durations { n: SafeInt!  meanSeconds: Float  medianSeconds: Float  p95Seconds: Float  minSeconds: Float  maxSeconds: Float }
  input Window { from: DateTime  to: DateTime  last: String }
  input MetricFilter { window: Window  patternIds: [ID!]  plugins: [String!]  phases: [String!]  success: Boolean }
  type PatternStats { patternId: ID!  name: String!  successRate: Rate!  durations: Durations!  lastUsed: DateTime  status: PatternStatus! }
  type PluginStats { name: String!  uses: SafeInt!  reliability: Rate!  durations: Durations!  totalDurationSeconds: Float!  lastUsed: DateTime }
  type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }
  type NotOfTheGraph { position: LogPosition! }
  type Query { logStats: PatternStats  logTime(status: ExecutionStatus!): LogTime  position: NotOfTheGraph }
  type LogTime { status: ExecutionStatus!  stored: String!  at: DateTime! }
`;

type Filter = { window?: { from?: string }; phases?: string[] };

/** One request's context, and the calls for statistics that it caused. */
export type Request = { calls: { keys: readonly string[]; filter: Filter | undefined }[] };

const rate = { value: 0.5, successes: 1, total: 2, lower: 0.1, upper: 0.9 };
const durations = { n: 2 };

export type Api = Readonly<{
  schema: GraphQLSchema;
  ask(query: string, variables?: Record<string, unknown>): Promise<ExecutionResult & { request: Request; ms: number }>;
}>;

/** The joined schema over a connection (or none), asked as a client would, one context a request. */
export async function createApi(
  connection: () => GraphConnection | undefined,
  graphState: () => GraphState = () => ({ available: true }),
): Promise<Api> {
  const graphTypes = readFileSync(new URL('../../schema/graph.graphql', import.meta.url), 'utf8');
  const graphSchema = await createGraphSchema({
    typeDefs: [graphTypes, LOG_TYPES],
    connection,
    graphState,
    patternStats: async (keys, filter: Filter | undefined, { calls }: Request) => {
      calls.push({ keys, filter });
      return keys
        .filter(patternId => patternId !== 'without-rows')
        .map(patternId => ({ patternId, name: `name of ${patternId}`, successRate: rate, durations, status: 'learned' }));
    },
    pluginStats: async (keys, filter: Filter | undefined, { calls }: Request) => {
      calls.push({ keys, filter });
      return keys.map(name => ({ name, uses: 2, reliability: rate, durations, totalDurationSeconds: 3 }));
    },
  });
  const schema = joinSchemas(graphSchema, {
    typeDefs: [LOG_TYPES],
    resolvers: [
      {
        Query: {
          logTime: (_: unknown, { status }: { status: string }) => ({ status, stored: status, at: '2026-03-01T10:00:00Z' }),
          logStats: () => ({ patternId: 'p', name: 'P', successRate: rate, durations, status: 'learned' }),
          position: () => ({ position: '0' }),
        },
        Durations: { medianSeconds: () => 7 },
      },
      Object.fromEntries(
        Object.entries({ ...ENUMS, ...SCALARS }).filter(([name]) => LOG_TYPES.includes(` ${name} `) || graphSchema.getType(name)),
      ),
    ],
  });
  const ask: Api['ask'] = async (source, variableValues = {}) => {
    const request: Request = { calls: [] };
    const started = performance.now();
    const result = await graphql({ schema, source, variableValues, contextValue: request });
    return { ...result, request, ms: performance.now() - started };
  };
  return { schema, ask };
}

/** Plain data: graphql's objects have no prototype, which `toEqual` minds. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value ?? null));
}
