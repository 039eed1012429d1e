import { isDateTime, isInt } from 'neo4j-driver';

/** How what is found differs from what is expected, a sentence a property; other properties are none of ours. */
export function differences(expected: object, found: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const [should, is] = [plain(value, name), plain(found[name], name)];
    return should === is ? [] : [`${name} is ${JSON.stringify(is)}, the logs say ${JSON.stringify(should)}`];
  });
}

/** A value as it is compared: whole numbers as numbers, times as text in UTC, what is not there as null. */
export function plain(value: unknown, name = ''): unknown {
  if (value === undefined || value === null) return null;
  if (isInt(value)) return value.toNumber();
  if (isDateTime(value)) return value.toStandardDate().toISOString();
  const isTime = typeof value === 'string' && (name.endsWith('_at') || name === 'last_used');
  return isTime && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : value;
}
