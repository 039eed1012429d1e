import type { Example } from './examples.ts';

/** The operation that a link asks to be shown, `/graphql?query=…&variables=…`. It is not run: that is for who opened the link. */
export function linkedOperation(search: string): Example | undefined {
  const parameters = new URLSearchParams(search);
  const query = parameters.get('query');
  if (!query) return undefined;
  return { query, variables: indented(parameters.get('variables') ?? '') };
}

/** Other text stays as it is: the editor says what is wrong with it. */
function indented(variables: string): string {
  try {
    return variables && JSON.stringify(JSON.parse(variables), null, 2);
  } catch {
    return variables;
  }
}
