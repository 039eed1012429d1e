/** Steps gathered run by run, to be counted by the plugins that each run used. Rows of most runs follow each other. */
import type { Blocks } from './blocks.ts';
import type { Used } from './pair-counts.ts';
import type { Picked } from './picked.ts';
import { pick } from './picked.ts';

export type RunColumn = 'run' | 'plugin' | 'cell';

/** Told each run whose rows followed each other, with the number of the first of these. */
type Tell = (run: number, used: Used, firstRow: number) => void;

const NONE = -1;

export class RunWalk {
  readonly #tell: Tell;
  #run = NONE;
  #firstRow = 0;
  #used: Used = { plugins: [], successes: [] };
  /** By plugin: its place in what the run used, where the mark is the run's. */
  #places = new Int32Array(64);
  #marks = new Int32Array(64).fill(NONE);
  #mark = 0;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Where the run in hand began: all before were told. */
  get firstRow(): number {
    return this.#firstRow;
  }

  take({ block, first, rows, length }: Picked<RunColumn>): void {
    const { run: runs, plugin, cell } = block.columns;
    const base = block.bases.run;
    for (let index = 0; index < length; index++) {
      const row = rows[index] ?? 0;
      const run = base + (runs[row] ?? 0);
      if (run !== this.#run) this.#begin(run, first + row);
      this.#use(plugin[row] ?? 0, (cell[row] ?? 0) & 1);
    }
  }

  /** Tells the run in hand. */
  end(): void {
    this.#begin(NONE, this.#firstRow);
  }

  #begin(run: number, row: number): void {
    if (this.#run !== NONE) this.#tell(this.#run, this.#used, this.#firstRow);
    this.#run = run;
    this.#firstRow = row;
    this.#used = { plugins: [], successes: [] };
    this.#mark++;
  }

  #use(plugin: number, success: number): void {
    if (plugin >= this.#marks.length) this.#widen(plugin + 1);
    const { plugins, successes } = this.#used;
    const place = this.#places[plugin] ?? 0;
    if (this.#marks[plugin] !== this.#mark) {
      this.#marks[plugin] = this.#mark;
      this.#places[plugin] = plugins.push(plugin) - 1;
      successes.push(success);
    } else if (success === 0) successes[place] = 0;
  }

  #widen(length: number): void {
    const [places, marks] = [this.#places, this.#marks];
    this.#places = new Int32Array(2 * length);
    this.#marks = new Int32Array(2 * length).fill(NONE);
    this.#places.set(places);
    this.#marks.set(marks);
  }
}

/** What a run used by the rows that follow each other from a row on, before another. */
export function usedFrom(steps: Blocks<RunColumn>, { from, to }: { from: number; to: number }): Used {
  let used: Used | undefined;
  const walk = new RunWalk((_, told) => {
    used ??= told;
  });
  for (const picked of pick(steps, { from, to })) {
    walk.take(picked);
    if (used) return used;
  }
  walk.end();
  return used ?? { plugins: [], successes: [] };
}

/** What a run used by some rows. */
export function usedBy(steps: Blocks<RunColumn>, rows: readonly number[]): Used {
  const used = new Map<number, number>();
  for (const row of rows) {
    const plugin = steps.at('plugin', row);
    used.set(plugin, Math.min(used.get(plugin) ?? 1, steps.at('cell', row) & 1));
  }
  return { plugins: [...used.keys()], successes: [...used.values()] };
}
