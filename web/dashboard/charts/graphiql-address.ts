import type { Document } from '../data/ask.ts';

/** Where GraphiQL opens with a question that the page asked, as it asked it. */
export function graphiqlAddress<Variables>(question: Document<unknown, Variables>, variables: Variables): string {
  const query = question.toString().trim();
  return `/graphql?${new URLSearchParams({ query, variables: JSON.stringify(variables, null, 2) })}`;
}
