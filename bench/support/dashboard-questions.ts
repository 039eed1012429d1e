/** The questions of a dashboard at their default limits, each with all its fields, whatever the schema comes to hold. */
import { readdir, readFile } from 'node:fs/promises';
import { type FieldDefinitionNode, Kind, parse, type TypeNode } from 'graphql';

export type Question = Readonly<{
  /** As a table shows it. */
  name: string;
  field: string;
  /** The document; its variables are `filter` and `asOf`, of those that the field takes. */
  query: string;
  takes: Readonly<{ filter: boolean; asOf: boolean }>;
  /** What its p95 is meant to stay below, milliseconds. */
  aimMs: number;
}>;

const AIM_MS = 20;
/** Percentiles over all plugins. */
const PLUGINS_AIM_MS = 50;

/** Field, arguments, aim. */
const ASKED: readonly (readonly [field: string, args?: string, aimMs?: number])[] = [
  ['overview'],
  ['patternStats'],
  ['topPatterns'],
  ['topPatterns', 'rankBy: LOWER_BOUND'],
  ['topPatterns', 'rankBy: EXECUTIONS'],
  ['pluginStats', '', PLUGINS_AIM_MS],
  ['mostUsedPlugins'],
  ['problematicPlugins'],
  ['slowPlugins'],
  ['phaseDurations'],
  ['successTrend'],
  ['reliabilityHeatmap'],
  ['reliabilityHeatmap', 'timeZone: "Europe/Berlin"'],
  ['reliabilityHeatmap', 'timeZone: "Asia/Kolkata"'],
  ['durationHistogram'],
  ['pluginPairs'],
  ['recordedExecutions'],
  ['logStatus'],
];

const SCHEMA = new URL('../../schema/', import.meta.url);

export async function dashboardQuestions(): Promise<Question[]> {
  const types = await readTypes();
  return ASKED.map(([field, args = '', aimMs = AIM_MS]) => {
    const definition = types.get('Query')?.find(({ name }) => name.value === field);
    if (!definition) throw new Error(`the schema has no question ${field}`);
    const taken = new Set(definition.arguments?.map(({ name }) => name.value));
    const takes = { filter: taken.has('filter'), asOf: taken.has('asOf') };
    const declared = [...(takes.filter ? ['$filter: MetricFilter'] : []), ...(takes.asOf ? ['$asOf: LogPosition'] : [])].join(', ');
    const passed = [args, ...(takes.filter ? ['filter: $filter'] : []), ...(takes.asOf ? ['asOf: $asOf'] : [])].filter(Boolean).join(', ');
    const selection = selectionOf(types, definition.type);
    const query = `query${declared && ` (${declared})`} { ${field}${passed && `(${passed})`} ${selection} }`;
    return { name: args ? `${field}(${args})` : field, field, query, takes, aimMs };
  });
}

/** The one of a field, by its default arguments. */
export function questionOf(questions: readonly Question[], field: string): Question {
  const question = questions.find(({ name }) => name === field);
  if (!question) throw new Error(`no question ${field}`);
  return question;
}

type Types = ReadonlyMap<string, readonly FieldDefinitionNode[]>;

/** The fields of every object type. */
async function readTypes(): Promise<Types> {
  const types = new Map<string, FieldDefinitionNode[]>();
  for (const file of await readdir(SCHEMA)) {
    if (!file.endsWith('.graphql')) continue;
    for (const definition of parse(await readFile(new URL(file, SCHEMA), 'utf8')).definitions) {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
      types.set(definition.name.value, [...(types.get(definition.name.value) ?? []), ...(definition.fields ?? [])]);
    }
  }
  return types;
}

/** All fields below a type; empty for one that has none. */
function selectionOf(types: Types, type: TypeNode): string {
  if (type.kind !== Kind.NAMED_TYPE) return selectionOf(types, type.type);
  const fields = types.get(type.name.value);
  return fields ? `{ ${fields.map(field => `${field.name.value} ${selectionOf(types, field.type)}`).join(' ')} }` : '';
}
