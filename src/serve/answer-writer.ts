/**
 * Writes what resolvers answered as JSON at once, as a document selects it, where graphql-js would make an object of each object and
 * JSON.stringify then go through them all. What a list in parts holds is written once for each part.
 */
import { collectFields, collectSubFields } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLLeafType,
  type GraphQLNullableType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { Parts } from '../query/query.ts';
import { oncePer } from './once-per.ts';

/** The JSON of a value. Throws where the value is not as the schema has it. */
export type Write = (value: unknown) => string;

/** What a selection is read with. */
export type Selected = Readonly<{ schema: GraphQLSchema; fragments: Readonly<Record<string, FragmentDefinitionNode>> }>;

/** The fields that a selection set names, by the key that each is answered under. */
export function fieldsOf(type: GraphQLObjectType, set: SelectionSetNode, { schema, fragments }: Selected): Map<string, FieldNode[]> {
  return collectFields(schema, fragments, {}, type, set).fields;
}

/**
 * For values of a type; `nodes`: where a field is selected. Undefined where below it a field has a resolver of its own, or a value tells which
 * type it is of.
 */
export function writerOf(type: GraphQLOutputType, nodes: FieldNode[], selected: Selected): Write | undefined {
  if (!isNonNullType(type)) {
    const write = presentWriterOf(type, nodes, selected);
    return write && (value => (value == null ? 'null' : write(value)));
  }
  const write = presentWriterOf(type.ofType, nodes, selected);
  return (
    write &&
    (value => {
      if (value == null) throw new Error('null where there is always a value');
      return write(value);
    })
  );
}

function presentWriterOf(type: GraphQLNullableType & GraphQLOutputType, nodes: FieldNode[], selected: Selected): Write | undefined {
  if (isLeafType(type)) return leafWriterOf(type);
  if (isListType(type)) return listWriterOf(writerOf(type.ofType, nodes, selected));
  return isObjectType(type) ? objectWriterOf(type, nodes, selected) : undefined;
}

function leafWriterOf(type: GraphQLLeafType): Write {
  return value => {
    const leaf = type.serialize(value);
    if (typeof leaf === 'number' && Number.isFinite(leaf)) return String(leaf);
    if (leaf == null) throw new Error(`no ${type.name}`);
    return JSON.stringify(leaf);
  };
}

function listWriterOf(write: Write | undefined): Write | undefined {
  if (!write) return undefined;
  const itemsOf = (items: readonly unknown[]) => items.map(write).join();
  const partOf = oncePer(itemsOf);
  return value => {
    if (Array.isArray(value)) return `[${itemsOf(value)}]`;
    if (value instanceof Parts) return `[${value.parts.map(partOf).join()}]`;
    throw new Error('no list');
  };
}

function objectWriterOf(type: GraphQLObjectType, nodes: FieldNode[], selected: Selected): Write | undefined {
  const { fields } = collectSubFields(selected.schema, selected.fragments, {}, type, nodes);
  const writers = [...fields].map(([key, own], place) => fieldWriterOf(type, own, { selected, before: `${place ? ',' : '{'}"${key}":` }));
  if (!writers.every(write => write !== undefined)) return undefined;
  return value => {
    let text = '';
    for (const write of writers) text += write(value as Source);
    return `${text}}`;
  };
}

type Source = Readonly<Record<string, unknown>>;

function fieldWriterOf(
  type: GraphQLObjectType,
  nodes: FieldNode[],
  { selected, before }: { selected: Selected; before: string },
): ((source: Source) => string) | undefined {
  const name = nodes[0]?.name.value ?? '';
  if (name === '__typename') return () => `${before}"${type.name}"`;
  const field = type.getFields()[name];
  if (!field || (field.resolve ?? defaultFieldResolver) !== defaultFieldResolver) return undefined;
  const write = writerOf(field.type, nodes, selected);
  return (
    write &&
    (source => {
      const value = source[name];
      if (typeof value === 'function' || value instanceof Promise) throw new Error(`${type.name}.${name} would have to be resolved`);
      return before + write(value);
    })
  );
}
