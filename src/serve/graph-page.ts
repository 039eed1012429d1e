import { MetricsError } from '../errors.ts';

export const DEFAULT_PAGE = 50;
/** As `@limit(max: …)` in `schema/graph.graphql` says. */
export const MAX_PAGE = 500;

/** The arguments of a generated field that cut out a page. */
export type PageArguments = Readonly<{ limit?: number; first?: number; offset?: number | null; after?: string | null }>;

const CURSOR = /^arrayconnection:\d{1,15}$/;

/**
 * The arguments with no more than a page's nodes asked for: the generated part gives no more either, but would say that there is
 * no next page. Throws BAD_USER_INPUT for a negative number (Neo4j would fail) and for a cursor that never was (it would begin again).
 */
export function checkedPage<Arguments extends PageArguments>(args: Arguments): Arguments {
  for (const name of ['limit', 'first', 'offset'] as const) {
    if ((args[name] ?? 0) < 0) throw mistake(name, `${name} is ${args[name]}: give 0 or more`);
  }
  if (args.after != null && !CURSOR.test(Buffer.from(args.after, 'base64').toString())) {
    throw mistake('after', 'after is no cursor: give an endCursor or cursor of an answer');
  }
  return args.first === undefined ? args : { ...args, first: Math.min(args.first, MAX_PAGE) };
}

const mistake = (field: string, message: string) => new MetricsError('BAD_USER_INPUT', message, { field: [field] });
