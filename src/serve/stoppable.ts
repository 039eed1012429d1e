/**
 * An async generator that ends at once, also while it waits: a plain one takes a `return` only when its wait is over. `make` gets a
 * signal that ends its waits.
 */
export function stoppable<Value>(make: (signal: AbortSignal) => AsyncGenerator<Value, void>): AsyncGenerator<Value, void> {
  const stop = new AbortController();
  const values = make(stop.signal);
  return {
    next: () => values.next(),
    return: () => {
      stop.abort();
      return values.return();
    },
    throw: error => {
      stop.abort();
      return values.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
