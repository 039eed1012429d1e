/**
 * Documents that only ask questions are compiled once, into a function that resolves their questions and writes the answer as bytes: a
 * trend of a year holds 58,000 values, and graphql-js asks of each who resolves it and what it may be, for longer than the question
 * takes. Only whole answers are given so; errors are graphql-js's.
 */
import { type ApolloServerPlugin, type GraphQLResponse, HeaderMap } from '@apollo/server';
import {
  BREAK,
  type DocumentNode,
  type FieldNode,
  type FormattedExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql';
import { MetricsError } from '../errors.ts';
import { AnswerBytes } from './answer-bytes.ts';
import { fieldsOf, type Selected, writerOf } from './answer-writer.ts';
import type { RequestContext } from './context.ts';
import { oncePer } from './once-per.ts';
import { questionResolvers } from './questions.ts';

type Variables = Readonly<Record<string, unknown>>;

/** The answer in JSON; undefined for variables that are wrong. Throws what a question does, and where an answer is not as the schema has it. */
export type CompiledQuery = Readonly<{
  questions: number;
  answer: (context: RequestContext, variables: Variables) => Promise<Buffer | undefined>;
}>;

/** Of an answer whose JSON is there already. */
class WrittenData {
  readonly answer: Buffer;

  constructor(answer: Buffer) {
    this.answer = answer;
  }
}

/** What Apollo writes down results by. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const { data }: { data?: unknown } = result;
  // Apollo hands on what it gets, to Fastify, which sends bytes as well.
  return data instanceof WrittenData ? (data.answer as Buffer & string) : `${JSON.stringify(result)}\n`;
}

/** For the server of a schema, which writes results by `stringifyResult`. */
export function compiledQueries(schema: GraphQLSchema): ApolloServerPlugin<RequestContext> {
  /** Apollo keeps the documents of texts that come again. */
  const compiledOf = oncePer((document: DocumentNode) => compile(schema, document));
  return {
    requestDidStart: async () => ({
      responseForOperation: async ({ document, request, contextValue }) => {
        const compiled = compiledOf(document);
        if (!compiled) return null;
        try {
          const answer = await compiled.answer(contextValue, request.variables ?? {});
          return answer === undefined ? null : whole(answer);
        } catch (error) {
          // Of several questions others may have answers.
          if (error instanceof MetricsError && compiled.questions === 1) contextValue.failed.cause = error;
          return null;
        }
      },
    }),
  };
}

function whole(answer: Buffer): GraphQLResponse {
  const data: object = new WrittenData(answer);
  return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: { data: data as Record<string, unknown> } } };
}

/** Null for a document that asks more than questions, or what must be left to graphql-js. */
export function compile(schema: GraphQLSchema, document: DocumentNode): CompiledQuery | null {
  const operation = onlyQueryOf(document);
  const type = schema.getQueryType();
  if (!operation || !type || hasDirectives(document)) return null;
  const selected = { schema, fragments: fragmentsOf(document) };
  const fields = [...fieldsOf(type, operation.selectionSet, selected)];
  const questions = fields.map(([key, nodes]) => compileQuestion(type, { key, nodes, operation, selected }));
  if (!questions.every(question => question !== undefined)) return null;
  return {
    questions: questions.length,
    answer: async (context, variables) => {
      const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
      if (!coerced) return undefined;
      const to = new AnswerBytes();
      to.text('{"data":{');
      const answers = await Promise.all(questions.map(question => question(context, coerced)));
      for (const [place, write] of answers.entries()) {
        if (place > 0) to.text(',');
        write(to);
      }
      to.text('}}\n');
      return to.whole();
    },
  };
}

type Fragments = Record<string, FragmentDefinitionNode>;

type Asked = Readonly<{
  key: string;
  nodes: FieldNode[];
  operation: OperationDefinitionNode;
  selected: Selected & { fragments: Fragments };
}>;

/** Answers what writes a field of the answer, with its key. Undefined for what is no question. */
function compileQuestion(
  parentType: GraphQLObjectType,
  { key, nodes, operation, selected }: Asked,
): ((context: RequestContext, variableValues: Record<string, unknown>) => Promise<(to: AnswerBytes) => void>) | undefined {
  const [node] = nodes as [FieldNode, ...FieldNode[]];
  const field = parentType.getFields()[node.name.value];
  const write = field && writerOf(field.type, nodes, selected);
  if (!field?.resolve || !write || !Object.hasOwn(questionResolvers.Query ?? {}, field.name)) return undefined;
  const { resolve } = field;
  const path = { prev: undefined, key, typename: parentType.name };
  const info = {
    fieldName: field.name,
    fieldNodes: nodes,
    returnType: field.type,
    parentType,
    path,
    ...selected,
    rootValue: undefined,
    operation,
  };
  return async (context, variableValues) => {
    const args = getArgumentValues(field, node, variableValues);
    const value = await resolve(undefined, args, context, { ...info, variableValues });
    return to => {
      to.text(`"${key}":`);
      write(value, to);
    };
  };
}

function onlyQueryOf(document: DocumentNode): OperationDefinitionNode | undefined {
  const [operation, ...others] = document.definitions.filter(definition => definition.kind === Kind.OPERATION_DEFINITION);
  return others.length === 0 && operation?.operation === OperationTypeNode.QUERY ? operation : undefined;
}

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  return Object.fromEntries(
    definitions.flatMap(definition => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])),
  );
}

/** What is answered may depend on variables then. */
function hasDirectives(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    enter: ({ kind }) => {
      found ||= kind === Kind.DIRECTIVE;
      return found ? BREAK : undefined;
    },
  });
  return found;
}
