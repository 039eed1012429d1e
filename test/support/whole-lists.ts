import { Parts } from '../../src/query/query.ts';

/** With arrays where there are lists in parts. */
type Whole<Value> =
  Value extends Parts<infer Item>
    ? Whole<Item>[]
    : Value extends readonly (infer Item)[]
      ? Whole<Item>[]
      : Value extends object
        ? { [Key in keyof Value]: Whole<Value[Key]> }
        : Value;

export function wholeLists<Value>(value: Value): Whole<Value> {
  if (value instanceof Parts || Array.isArray(value)) return [...value].map(wholeLists) as Whole<Value>;
  if (typeof value !== 'object' || value === null) return value as Whole<Value>;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, wholeLists(own)])) as Whole<Value>;
}
