import { MetricsError } from '../errors.ts';

/** A page of a keyset connection: cursors name the last row seen, so that new rows neither repeat nor skip any. */
export type Page<Node> = Readonly<{
  edges: readonly { cursor: string; node: Node }[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  totalCount: number;
}>;

/** `first` and `limit` go from 0 to this. */
export const MAX_PAGE = 1000;

/** Throws BAD_USER_INPUT unless 0 <= value <= 1,000. */
export function checkLimit(value: number, name: string): void {
  checkRange(value, name, 0, MAX_PAGE);
}

/** Throws BAD_USER_INPUT unless least <= value <= most. */
export function checkRange(value: number, name: string, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw new MetricsError('BAD_USER_INPUT', `${name} must be from ${least} to ${most}; it is ${value}`, { field: [name] });
}

/** A cursor as a client sees it: opaque. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

type Parts = { string: string; number: number };

/** The key behind a cursor, of parts of these types. Throws BAD_USER_INPUT unless it is one that this service made. */
export function decodeCursor<const Types extends readonly (keyof Parts)[]>(
  cursor: string,
  types: Types,
): { -readonly [Index in keyof Types]: Parts[Types[Index]] } {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(key) && key.length === types.length && key.every((part, index) => isOf(types[index], part)))
      return key as { -readonly [Index in keyof Types]: Parts[Types[Index]] };
  } catch {
    // Told below.
  }
  throw new MetricsError('BAD_USER_INPUT', 'after must be a cursor that this service answered', { field: ['after'] });
}

function isOf(type: keyof Parts | undefined, part: unknown): boolean {
  return type === 'number' ? Number.isSafeInteger(part) : typeof part === type;
}
