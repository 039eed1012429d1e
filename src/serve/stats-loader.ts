import DataLoader from 'dataloader';

/**
 * Batches the `stats` of the nodes of a page: one call a filter and request, however the nodes are nested or aliased. `ask` gets
 * the keys of all nodes and the filter as the client gave it; it answers in any order, and leaves out a key without rows.
 */
export function createStatsLoader<Filter, Stats, Context extends object>(
  ask: (keys: readonly string[], filter: Filter | undefined, context: Context) => Promise<readonly Stats[]>,
  keyOf: (stats: Stats) => string,
): (key: string, filter: Filter | undefined, context: Context) => Promise<Stats | null> {
  const loadersOfRequests = new WeakMap<Context, Map<string, DataLoader<string, Stats | null>>>();

  const createLoader = (filter: Filter | undefined, context: Context) =>
    new DataLoader<string, Stats | null>(async keys => {
      const found = new Map((await ask(keys, filter, context)).map(stats => [keyOf(stats), stats]));
      return keys.map(key => found.get(key) ?? null);
    });

  return (key, filter, context) => {
    const loaders = loadersOfRequests.get(context) ?? new Map<string, DataLoader<string, Stats | null>>();
    loadersOfRequests.set(context, loaders);
    // Coerced input has its fields in the schema's order: equal filters are equal texts.
    const filterText = JSON.stringify(filter ?? null);
    const loader = loaders.get(filterText) ?? createLoader(filter, context);
    loaders.set(filterText, loader);
    return loader.load(key);
  };
}
