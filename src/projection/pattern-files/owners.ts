import type { PatternFigure } from './figures.ts';
import type { PatternFile } from './folder-index.ts';
import type { Identity } from './pattern-document.ts';

/** Names of patterns: the latest one of each, as the logs give it. */
export class PatternNames {
  readonly #names = new Map<string, string>();
  readonly #ids = new Map<string, Set<string>>();

  see({ patternId, name }: Pick<PatternFigure, 'patternId' | 'name'>): void {
    const before = this.#names.get(patternId);
    if (before === name) return;
    if (before !== undefined) this.#ids.get(before)?.delete(patternId);
    this.#names.set(patternId, name);
    this.#ids.set(name, (this.#ids.get(name) ?? new Set()).add(patternId));
  }

  /** The patterns that a file may mean: one that is named by id is meant even before it has run. */
  idsOf({ by, value }: Identity): readonly string[] {
    return by === 'id' ? [value] : [...(this.#ids.get(value) ?? [])];
  }
}

/** Whose file each is. `troubles`: why some are nobody's, by path. */
export type Owners = Readonly<{ fileOf: ReadonlyMap<string, PatternFile>; troubles: ReadonlyMap<string, string> }>;

/** A pattern has one file, and a file one pattern; what is in doubt is left alone. */
export function ownersOf(files: Iterable<PatternFile>, names: PatternNames): Owners {
  const byPattern = new Map<string, PatternFile[]>();
  const troubles = new Map<string, string>();
  for (const file of files) {
    const ids = file.identity ? names.idsOf(file.identity) : [];
    for (const id of ids) {
      const others = byPattern.get(id);
      if (others) others.push(file);
      else byPattern.set(id, [file]);
    }
    if (ids.length > 1) troubles.set(file.path, `its name is that of ${ids.length} patterns, ${shown(ids)}: give it the id of one`);
  }
  const fileOf = new Map<string, PatternFile>();
  for (const [id, [first, ...others]] of byPattern) {
    if (!first) continue;
    if (others.length === 0) {
      if (!troubles.has(first.path)) fileOf.set(id, first);
      continue;
    }
    const paths = [first, ...others].map(({ path }) => path);
    for (const path of paths) {
      if (!troubles.has(path)) troubles.set(path, `pattern ${shown([id])} has ${paths.length} files, ${shown(paths)}: keep one of them`);
    }
  }
  return { fileOf, troubles };
}

/** A few of them, so that a message stays short whatever files hold. */
function shown(texts: readonly string[]): string {
  return `${texts
    .slice(0, 5)
    .map(text => text.slice(0, 100))
    .join(', ')}${texts.length > 5 ? ', …' : ''}`;
}
