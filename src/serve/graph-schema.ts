/**
 * The generated part of the API: read-only queries over Pattern, Plugin and Execution, made by @neo4j/graphql from
 * `schema/graph.graphql` and corrected here, before it is joined with the part that is answered from the logs:
 *
 * - every root field may be null, so that Neo4j's absence leaves the rest of an answer alone, and passes the guard;
 * - `limit` and `first` are never absent: 50 unless said otherwise, 500 at most;
 * - the words of a full-text search are words, never operators;
 * - the schema is the same with the graph off: it is made without a driver, which each question brings along.
 */
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { Neo4jGraphQL } from '@neo4j/graphql';
import {
  type DefinitionNode,
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  GraphQLInt,
  GraphQLNonNull,
  type GraphQLSchema,
  getNullableType,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';
import type { GraphConnection } from '../projection/graph/graph.ts';
import { createGraphGuard, type GraphGuard, type GraphState } from './graph-guard.ts';
import { checkedPage, DEFAULT_PAGE, type PageArguments } from './graph-page.ts';
import { fulltextQuery } from './graph-phrase.ts';
import { createStatsLoader } from './stats-loader.ts';

/** Neo4j ends a question of ours after this; some time is left to say so before the guard's deadline. */
const TRANSACTION_LIMIT_MS = 1_500;

/** What the generated queries do not say of themselves. */
const ROOT_DESCRIPTIONS: Readonly<Record<string, string>> = {
  patterns: 'Patterns in the graph, filtered and sorted. GRAPH_UNAVAILABLE while Neo4j is away, TIMEOUT after 1.9 s.',
  patternsConnection: 'Patterns in the graph with their count and aggregations. A forward connection: its cursors are offsets.',
  searchPatterns:
    'Patterns whose name or description holds any of the words of the phrase (whole words, at most 500 characters), best first.',
  plugins: 'Plugins in the graph, filtered and sorted. GRAPH_UNAVAILABLE while Neo4j is away, TIMEOUT after 1.9 s.',
  pluginsConnection: 'Plugins in the graph with their count and aggregations. A forward connection: its cursors are offsets.',
  searchPlugins:
    'Plugins whose name or description holds any of the words of the phrase (whole words, at most 500 characters), best first.',
  executions:
    'Executions in the graph, filtered and sorted; sorted by startedAt, those without one are left out. To pick by pattern ask the pattern for its executions: picked here by a property of their pattern or plugin, every one is looked at. GRAPH_UNAVAILABLE while Neo4j is away, TIMEOUT after 1.9 s.',
  executionsConnection:
    'Executions in the graph with their count and aggregations. It reads every match before it sorts: page through many with `recordedExecutions`, from the logs.',
};

/** Answers the statistics of many patterns or plugins at once, from the logs; `Filter` is the coerced MetricFilter. */
export type StatsOf<Stats, Filter, Context> = (
  keys: readonly string[],
  filter: Filter | undefined,
  context: Context,
) => Promise<readonly Stats[]>;

export type GraphSchemaOptions<PatternStats, PluginStats, Filter, Context extends object> = Readonly<{
  /** `schema/graph.graphql` and every text that defines a type it refers to; what it does not refer to is left out. */
  typeDefs: readonly string[];
  /** The connection now in use; undefined while there is none. */
  connection: () => GraphConnection | undefined;
  /** What the projection knows of Neo4j. */
  graphState: () => GraphState;
  patternStats: StatsOf<PatternStats, Filter, Context>;
  pluginStats: StatsOf<PluginStats, Filter, Context>;
}>;

/** The definitions that are needed: the nodes with what they refer to, at any depth. DateTime is the library's own. */
export function definitionsOfTheGraph(texts: readonly string[]): DefinitionNode[] {
  const definitions = texts.flatMap(text => parse(text).definitions);
  const byName = new Map<string, DefinitionNode>();
  for (const definition of definitions) if ('name' in definition && definition.name) byName.set(definition.name.value, definition);
  const kept = new Set<DefinitionNode>();
  const keep = (definition: DefinitionNode | undefined) => {
    if (!definition || kept.has(definition)) return;
    kept.add(definition);
    visit(definition, { NamedType: node => keep(byName.get(node.name.value)) });
  };
  byName.delete('DateTime');
  for (const definition of definitions) if (isOfGraph(definition)) keep(definition);
  return [...kept];
}

function isOfGraph(definition: DefinitionNode): boolean {
  if (definition.kind === Kind.SCHEMA_EXTENSION) return true;
  const directives = definition.kind === Kind.OBJECT_TYPE_DEFINITION ? (definition.directives ?? []) : [];
  return directives.some(({ name }) => name.value === 'node' || name.value === 'relationshipProperties');
}

/** The object types that only the logs answer: statistics, rates, durations. */
function typesOfTheLogs(definitions: readonly DefinitionNode[]): Set<string> {
  const objects = definitions.filter(definition => definition.kind === Kind.OBJECT_TYPE_DEFINITION);
  return new Set(objects.filter(definition => !isOfGraph(definition)).map(({ name }) => name.value));
}

/** What the library is told of the graph. */
export function toldOf(definitions: readonly DefinitionNode[]) {
  return {
    typeDefs: definitions.map(print).join('\n\n'),
    features: {
      excludeDeprecatedFields: {
        mutationOperations: true,
        aggregationFilters: true,
        aggregationFiltersOutsideConnection: true,
        relationshipFilters: true,
        attributeFilters: true,
      },
    },
  } as const;
}

type Field = GraphQLFieldConfig<unknown, unknown>;
type Arguments = PageArguments & { phrase?: string };

/** `limit` and `first` with a default: without one, a question for everything would be the shortest to write. */
function withPageSize(field: Field): Field {
  const sized = ['limit', 'first'].flatMap(name => {
    const argument = field.args?.[name];
    return argument ? [[name, { ...argument, type: new GraphQLNonNull(GraphQLInt), defaultValue: DEFAULT_PAGE }] as const] : [];
  });
  return { ...field, args: { ...field.args, ...Object.fromEntries(sized) } };
}

/**
 * A field of the logs' answers, left to the resolvers of their own schema. The library gives every field one, which looks for the
 * alias first: `successRate { value: total }` would answer the value.
 */
function fieldOfTheLogs(field: Field): Field {
  const { resolve: _theirs, ...own } = field;
  return own;
}

/** A field within a page that is a page itself: answered already with its parent's, cut to size here. */
function nestedField(field: Field): Field {
  const { resolve } = field;
  if (!resolve || !(field.args?.['first'] || field.args?.['limit'])) return field;
  const checked: GraphQLFieldResolver<unknown, unknown, Arguments> = (source, args, context, info) =>
    resolve(source, checkedPage(args), context, info);
  return { ...withPageSize(field), resolve: checked };
}

/** A root field that may be null and asks only through the guard, with the connection of the moment. */
function rootField(field: Field, name: string, guard: GraphGuard): Field {
  const resolve: GraphQLFieldResolver<unknown, unknown, Arguments> = (source, args, _context, info) =>
    guard(async ({ reader, database }) => {
      const page = checkedPage(args);
      const asked = page.phrase === undefined ? page : { ...page, phrase: fulltextQuery(page.phrase) };
      // The generated resolvers write on their context and need nothing of ours.
      const context = { executionContext: reader, sessionConfig: { database }, transaction: { timeout: TRANSACTION_LIMIT_MS } };
      return field.resolve?.(source, asked, context, info);
    });
  const description = ROOT_DESCRIPTIONS[name] ?? field.description;
  return { ...withPageSize(field), type: getNullableType(field.type), description, resolve };
}

/**
 * The generated schema. The same types whether there is a graph or not: without one every root field is an error
 * GRAPH_UNAVAILABLE that says how to get one. Errors of its fields: GRAPH_UNAVAILABLE, TIMEOUT, QUERY_TOO_COMPLEX,
 * BAD_USER_INPUT, INTERNAL_SERVER_ERROR, as `MetricsError`.
 */
export async function createGraphSchema<
  PatternStats extends { patternId: string },
  PluginStats extends { name: string },
  Filter,
  Context extends object,
>(options: GraphSchemaOptions<PatternStats, PluginStats, Filter, Context>): Promise<GraphQLSchema> {
  const { typeDefs, connection, graphState, patternStats, pluginStats } = options;
  const definitions = definitionsOfTheGraph(typeDefs);
  const ofTheLogs = typesOfTheLogs(definitions);
  const guard = createGraphGuard({ connection, graphState });
  const loadPattern = createStatsLoader(patternStats, stats => stats.patternId);
  const loadPlugin = createStatsLoader(pluginStats, stats => stats.name);

  const generated = await new Neo4jGraphQL({
    ...toldOf(definitions),
    // A third of what a start spends on the schema. A test checks what never changes while the service runs.
    validate: false,
    resolvers: {
      Pattern: {
        stats: (node: { patternId: string }, { filter }: { filter?: Filter | null }, context: Context) =>
          loadPattern(node.patternId, filter ?? undefined, context),
      },
      Plugin: {
        stats: (node: { name: string }, { filter }: { filter?: Filter | null }, context: Context) =>
          loadPlugin(node.name, filter ?? undefined, context),
      },
    },
  }).getSchema();

  return mapSchema(generated, {
    [MapperKind.ROOT_FIELD]: (field, name) => rootField(field, name, guard),
    [MapperKind.OBJECT_FIELD]: (field, _name, typeName) => (ofTheLogs.has(typeName) ? fieldOfTheLogs(field) : nestedField(field)),
  });
}
