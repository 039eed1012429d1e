/** The plugins, in each of their versions, that a pattern's runs were made of, or the versions of one plugin: each has a place in tallies. */

/** A step that was part of a row; `version` is undefined where it was not recorded. `blame`: the share of a failed run that is put down to it. */
export type Part = Readonly<{ plugin: string; version: string | undefined; success: boolean; blame: number; us: number }>;

type Name = Readonly<Pick<Part, 'plugin' | 'version'>>;

/**
 * Places in the order in which parts came up. It only grows, and by one history: so all states of it share one, where those of earlier
 * positions have not come to the last places yet.
 */
export type Places = {
  /** Of parts without a version. */
  readonly plain: Map<string, number>;
  readonly versions: Map<string, Map<string, number>>;
  readonly names: Name[];
};

/** Versions that are told apart; later ones count as unknown. */
const MAX_PARTS = 500;

export function noPlaces(): Places {
  return { plain: new Map(), versions: new Map(), names: [] };
}

export function placeOf(places: Places, { plugin, version }: Name): number {
  const known = version === undefined ? places.plain.get(plugin) : places.versions.get(plugin)?.get(version);
  return known ?? newPlace(places, plugin, version);
}

function newPlace({ plain, versions, names }: Places, plugin: string, version: string | undefined): number {
  if (version === undefined || names.length >= MAX_PARTS) {
    const place = plain.get(plugin) ?? names.push({ plugin, version: undefined }) - 1;
    plain.set(plugin, place);
    return place;
  }
  const ofPlugin = versions.get(plugin) ?? new Map<string, number>();
  versions.set(plugin, ofPlugin);
  ofPlugin.set(version, names.length);
  return names.push({ plugin, version }) - 1;
}
