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
import { AnswerBytes } from './answer-bytes.ts';
import { oncePer } from './once-per.ts';

/** Writes the JSON of a value. Throws where the value is not as the schema has it. */
export type Write = (value: unknown, to: AnswerBytes) => void;

/** What a selection is read with. */
export type Selected = Readonly<{ schema: GraphQLSchema; fragments: Readonly<Record<string, FragmentDefinitionNode>> }>;

/** No value of a variable decides what is selected: such a document is not compiled. */
const NO_VARIABLES = { coerced: {}, sources: {} };

/** The fields that a selection set names, by the key that each is answered under. */
export function fieldsOf(type: GraphQLObjectType, set: SelectionSetNode, { schema, fragments }: Selected): Map<string, FieldNode[]> {
  return collectFields(schema, fragments, NO_VARIABLES, type, set).fields;
}

/**
 * For values of a type; `nodes`: where a field is selected. Undefined where below it a field has a resolver of its own, or a value tells which
 * type it is of.
 */
export function writerOf(type: GraphQLOutputType, nodes: FieldNode[], selected: Selected): Write | undefined {
  if (!isNonNullType(type)) {
    const write = presentWriterOf(type, nodes, selected);
    return write && ((value, to) => (value == null ? to.text('null') : write(value, to)));
  }
  const write = presentWriterOf(type.ofType, nodes, selected);
  return (
    write &&
    ((value, to) => {
      if (value == null) throw new Error('null where there is always a value');
      write(value, to);
    })
  );
}

function presentWriterOf(type: GraphQLNullableType & GraphQLOutputType, nodes: FieldNode[], selected: Selected): Write | undefined {
  if (isLeafType(type)) return leafWriterOf(type);
  if (isListType(type)) return listWriterOf(writerOf(type.ofType, nodes, selected));
  return isObjectType(type) ? objectWriterOf(type, nodes, selected) : undefined;
}

function leafWriterOf(type: GraphQLLeafType): Write {
  return (value, to) => {
    const leaf = type.serialize(value);
    if (leaf == null) throw new Error(`no ${type.name}`);
    to.text(typeof leaf === 'number' && Number.isFinite(leaf) ? String(leaf) : JSON.stringify(leaf));
  };
}

function listWriterOf(write: Write | undefined): Write | undefined {
  if (!write) return undefined;
  /** Each item of a part has a comma before it, so that parts are joined as they are. */
  const partOf = oncePer((items: readonly unknown[]) => {
    const part = new AnswerBytes();
    for (const item of items) {
      part.text(',');
      write(item, part);
    }
    return part.whole();
  });
  return (value, to) => {
    to.text('[');
    if (value instanceof Parts) {
      for (const [place, items] of value.parts.filter(({ length }) => length > 0).entries())
        to.bytes(place === 0 ? partOf(items).subarray(1) : partOf(items));
    } else if (Array.isArray(value)) {
      for (const [place, item] of value.entries()) {
        if (place > 0) to.text(',');
        write(item, to);
      }
    } else throw new Error('no list');
    to.text(']');
  };
}

function objectWriterOf(type: GraphQLObjectType, nodes: FieldNode[], selected: Selected): Write | undefined {
  const { fields } = collectSubFields(selected.schema, selected.fragments, NO_VARIABLES, type, nodes);
  const writers = [...fields].map(([key, own], place) => fieldWriterOf(type, own, { selected, before: `${place ? ',' : '{'}"${key}":` }));
  if (!writers.every(write => write !== undefined)) return undefined;
  return (value, to) => {
    for (const write of writers) write(value as Source, to);
    to.text('}');
  };
}

type Source = Readonly<Record<string, unknown>>;

function fieldWriterOf(
  type: GraphQLObjectType,
  nodes: FieldNode[],
  { selected, before }: { selected: Selected; before: string },
): ((source: Source, to: AnswerBytes) => void) | undefined {
  const name = nodes[0]?.name.value ?? '';
  if (name === '__typename') return (_, to) => to.text(`${before}"${type.name}"`);
  const field = type.getFields()[name];
  if (!field || (field.resolve ?? defaultFieldResolver) !== defaultFieldResolver) return undefined;
  const write = writerOf(field.type, nodes, selected);
  return (
    write &&
    ((source, to) => {
      const value = source[name];
      if (typeof value === 'function' || value instanceof Promise) throw new Error(`${type.name}.${name} would have to be resolved`);
      to.text(before);
      write(value, to);
    })
  );
}
