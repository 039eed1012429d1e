/**
 * Rules of an input, put together: each takes what a client says and answers the value that is meant, or what is wrong with it.
 * By hand, since every recorded execution passes some fifty of them: a library of schemas takes twice as long.
 */

/** Why a value is refused: each fault with the path to it from that value on. */
export class Refused {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    this.faults = faults;
  }

  /** As seen from the object or list that holds the value. */
  under(key: string): Fault[] {
    return this.faults.map(({ path, message }) => ({ path: [key, ...path], message }));
  }
}

/** The message follows the name of the field: `must be text`. */
export type Fault = Readonly<{ path: readonly string[]; message: string }>;

export type Rule<Value> = (value: unknown) => Value | Refused;

/** What a rule lets through. */
export type Allowed<Of> = Of extends Rule<infer Value> ? Exclude<Value, Refused> : never;

export function refused(message: string): Refused {
  return new Refused([{ path: [], message }]);
}

/** A string of which all checks hold; every one that does not is named. */
export function textRule(checks: readonly (readonly [holds: (value: string) => boolean, message: string])[]): Rule<string> {
  return value => {
    if (typeof value !== 'string') return refused('must be text');
    if (checks.every(([holds]) => holds(value))) return value;
    return new Refused(checks.filter(([holds]) => !holds(value)).map(([, message]) => ({ path: [], message })));
  };
}

export function wholeRule(min: number, max: number): Rule<number> {
  return value =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : refused(`must be a whole number from ${min} to ${max}`);
}

/** Upper case as the API has it, lower case as the logs have it. */
export function statusRule<const Status extends string>(statuses: readonly Status[]): Rule<Status> {
  return value => {
    const lower = typeof value === 'string' ? value.toLowerCase() : undefined;
    return statuses.find(status => status === lower) ?? refused(`must be one of ${statuses.join(', ').toUpperCase()}`);
  };
}

/** Left out, null and undefined are the same. */
export function optional<Value>(rule: Rule<Value>): Rule<Value | undefined> {
  return value => (value === null || value === undefined ? undefined : rule(value));
}

export function listRule<Value>(item: Rule<Value>, { what, max, unit }: { what: string; max: number; unit: string }): Rule<Value[]> {
  return value => {
    if (!Array.isArray(value)) return refused(`must be ${what}`);
    if (value.length > max) return refused(`must be at most ${max} ${unit}`);
    const items: Value[] = [];
    const faults: Fault[] = [];
    for (const [index, given] of value.entries()) {
      const checked = item(given);
      if (checked instanceof Refused) faults.push(...checked.under(String(index)));
      else items.push(checked);
    }
    return faults.length > 0 ? new Refused(faults) : items;
  };
}

/** An object of just these fields, in their order. A field that is left out is undefined. */
export function objectRule<const Fields extends Record<string, Rule<unknown>>>(
  what: string,
  fields: Fields,
): Rule<{ [Name in keyof Fields]: Allowed<Fields[Name]> }> {
  const rules = Object.entries(fields);
  return value => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refused(`must be an object: ${what}`);
    const given = value as Record<string, unknown>;
    const checked: Record<string, unknown> = {};
    const faults: Fault[] = [];
    let known = 0;
    for (const [name, rule] of rules) {
      const field = given[name];
      if (field !== undefined) known++;
      const result = rule(field);
      if (result instanceof Refused) faults.push(...result.under(name));
      else if (result !== undefined) checked[name] = result;
    }
    if (Object.keys(given).length > known) faults.push(...unknownFields(given, fields));
    return faults.length > 0 ? new Refused(faults) : (checked as { [Name in keyof Fields]: Allowed<Fields[Name]> });
  };
}

function unknownFields(given: object, fields: object): Fault[] {
  const unknown = Object.keys(given).filter(name => !Object.hasOwn(fields, name));
  return unknown.length === 0 ? [] : [{ path: [], message: `has no field ${unknown.map(name => `"${name}"`).join(', ')}` }];
}
