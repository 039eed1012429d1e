/** A value that one state may change in place; others that share it make a copy first. */
export type Owned = { owner: number };

/**
 * The entry of a key that `owner` may change: its own, a copy of one that it shares, or a new one. So a state of thousands of
 * entries is copied in the time of copying a map, and only what changes afterwards is copied in depth.
 */
export function owned<Value extends Owned>(
  map: Map<string, Value>,
  key: string,
  { owner, empty, copy }: { owner: number; empty: () => Value; copy: (value: Value) => Value },
): Value {
  const known = map.get(key);
  if (known?.owner === owner) return known;
  const own = known ? copy(known) : empty();
  own.owner = owner;
  map.set(key, own);
  return own;
}
