/** The plugins, in each of their versions, that a pattern's runs were made of, or the versions of one plugin: each has a place in tallies. */

/** A step that was part of a row; `version` is undefined where it was not recorded. `blame`: the share of a failed run that is put down to it. */
export type Part = Readonly<{ plugin: string; version: string | undefined; success: boolean; blame: number; us: number }>;

type Name = Readonly<Pick<Part, 'plugin' | 'version'>>;

/**
 * Places in the order in which parts came up. It only grows, and by one history: so all states of it share one, where those of earlier
 * positions have not come to the last places yet.
 */
export type Places = { readonly byPlugin: Map<string, Map<string | undefined, number>>; readonly names: Name[] };

/** Versions that are told apart; later ones count as unknown. */
const MAX_PARTS = 500;

export function noPlaces(): Places {
  return { byPlugin: new Map(), names: [] };
}

export function placeOf(places: Places, { plugin, version }: Name): number {
  return places.byPlugin.get(plugin)?.get(version) ?? newPlace(places, plugin, version);
}

function newPlace({ byPlugin, names }: Places, plugin: string, version: string | undefined): number {
  const versions = byPlugin.get(plugin) ?? new Map<string | undefined, number>();
  byPlugin.set(plugin, versions);
  const told = names.length < MAX_PARTS ? version : undefined;
  const place = versions.get(told) ?? names.push({ plugin, version: told }) - 1;
  versions.set(told, place);
  return place;
}
