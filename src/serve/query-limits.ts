/**
 * What a query may cost before it runs: rules of validation beside those of GraphQL. Ours run once those and the limit on
 * recursive selections have passed, so that fragments neither go round in a circle nor stand for millions of fields.
 */
import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** Nested fields; introspection is not counted, since GraphiQL's own question is deep and cheap. */
const MAX_DEPTH = 15;
/** Root fields and aliases of one operation: each root field is a question of its own. */
const MAX_ROOT_FIELDS = 30;
const MAX_ALIASES = 100;

/** Depth of a selection, fragments included. `open` holds the fragments on the way, so that a cycle (refused by GraphQL itself) ends. */
function depthOf(selections: SelectionSetNode, context: ValidationContext, open: ReadonlySet<FragmentDefinitionNode>): number {
  let deepest = 0;
  for (const selection of selections.selections) {
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value.startsWith('__')) continue;
      deepest = Math.max(deepest, 1 + (selection.selectionSet ? depthOf(selection.selectionSet, context, open) : 0));
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      deepest = Math.max(deepest, depthOf(selection.selectionSet, context, open));
    } else {
      const fragment = context.getFragment(selection.name.value);
      if (fragment && !open.has(fragment))
        deepest = Math.max(deepest, depthOf(fragment.selectionSet, context, new Set([...open, fragment])));
    }
    if (deepest > MAX_DEPTH) return deepest;
  }
  return deepest;
}

/** Root fields with those of fragments. */
function fieldsOf(selections: SelectionSetNode, context: ValidationContext): number {
  let fields = 0;
  for (const selection of selections.selections) {
    if (selection.kind === Kind.FIELD) fields++;
    else {
      const spread = selection.kind === Kind.INLINE_FRAGMENT ? selection : context.getFragment(selection.name.value);
      if (spread) fields += fieldsOf(spread.selectionSet, context);
    }
  }
  return fields;
}

function tooComplex(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX', retryable: false } });
}

const depthRule: ValidationRule = (context): ASTVisitor => ({
  OperationDefinition: operation => {
    if (depthOf(operation.selectionSet, context, new Set()) > MAX_DEPTH)
      context.reportError(tooComplex(`the query nests deeper than ${MAX_DEPTH} fields: ask for less at once`));
  },
});

const breadthRule: ValidationRule = (context): ASTVisitor => {
  let aliases = 0;
  return {
    OperationDefinition: operation => {
      const fields = fieldsOf(operation.selectionSet, context);
      if (fields > MAX_ROOT_FIELDS)
        context.reportError(tooComplex(`the query has ${fields} root fields; at most ${MAX_ROOT_FIELDS} go in one request`));
    },
    Field: field => {
      if (field.alias && ++aliases === MAX_ALIASES + 1) context.reportError(tooComplex(`the query has more than ${MAX_ALIASES} aliases`));
    },
  };
};

/** Counts each fragment once, however often it is spread. For where Apollo's own rule (`maxRecursiveSelections`) is not at hand. */
export const recursionRule: ValidationRule = (context): ASTVisitor => {
  const sizes = new Map<FragmentDefinitionNode, number>();
  const sizeOf = ({ selections }: SelectionSetNode): number => selections.reduce((sum, selection) => sum + 1 + sizeBelow(selection), 0);
  const sizeBelow = (selection: SelectionNode): number => {
    if (selection.kind !== Kind.FRAGMENT_SPREAD) return selection.selectionSet ? sizeOf(selection.selectionSet) : 0;
    const fragment = context.getFragment(selection.name.value);
    if (!fragment) return 0;
    // A fragment within itself is refused by GraphQL.
    if (!sizes.has(fragment)) sizes.set(fragment, 0).set(fragment, sizeOf(fragment.selectionSet));
    return sizes.get(fragment) ?? 0;
  };
  return {
    OperationDefinition: operation => {
      if (sizeOf(operation.selectionSet) > MAX_RECURSIVE_SELECTIONS)
        context.reportError(tooComplex(`the query asks for more than ${MAX_RECURSIVE_SELECTIONS} fields: ask for less at once`));
    },
  };
};

export const LIMIT_RULES: readonly ValidationRule[] = [depthRule, breadthRule];

/** More is refused while it is parsed: an execution of 120 steps written inline, for one; big inputs go as variables. */
export const MAX_TOKENS = 2000;
/** Fields after all fragments are spread: a kilobyte of chained fragments can stand for millions. */
export const MAX_RECURSIVE_SELECTIONS = 1000;
/** Of one request: a hostile query must not be answered with megabytes of complaints. */
export const MAX_VALIDATION_ERRORS = 10;
