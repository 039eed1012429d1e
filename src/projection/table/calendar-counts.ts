/** Rows counted by key and by the stretches of a calendar (days, months of a time zone), as far as questions have needed them. */
import type { BlockCounts } from './block-counts.ts';
import type { Block, Blocks, Numbers } from './blocks.ts';

/** `name`: no two calendars share one. `stretchAt`: from `start` inclusive to `end` exclusive, in seconds since 1970. */
export type Calendar = Readonly<{ name: string; stretchAt: (timestamp: number) => Readonly<{ start: number; end: number }> }>;

/** Rows of a stretch by key, and those that succeeded; `places`: of the keys in the lists. */
type Stretch = Readonly<{
  start: number;
  end: number;
  places: Map<number, number>;
  counts: Readonly<{ keys: number[]; totals: number[]; successes: number[] }>;
}>;

/** What is counted of a stretch. */
export type CountedStretch = Readonly<{ start: number; counts: BlockCounts }>;

/** Some 100 bytes each: hours of years are more, and are counted when asked. */
const MAX_COUNTS = 250_000;

export class CalendarCounts {
  readonly #calendar: Calendar;
  readonly #blocks: Blocks<'cell'>;
  readonly #key: string;
  readonly #stretches = new Map<number, Stretch>();
  #counts = 0;
  #rows = 0;

  constructor(calendar: Calendar, blocks: Blocks<'cell'>, key: string) {
    this.#calendar = calendar;
    this.#blocks = blocks;
    this.#key = key;
  }

  /** The rows before this one are counted. */
  get rows(): number {
    return this.#rows;
  }

  /** Whether there are more counts than should be kept. */
  get tooMany(): boolean {
    return this.#counts > MAX_COUNTS;
  }

  /** Counts the full blocks before a row, one at a time; `countedOf` tells what is counted of one already, by its place. */
  *counting(to: number, countedOf: (place: number) => BlockCounts | undefined): Generator<void> {
    while (this.#rows + this.#blocks.size <= to && !this.tooMany) {
      const place = this.#rows / this.#blocks.size;
      const block = this.#blocks.list[place];
      if (!block) return;
      this.#count(block, countedOf(place));
      this.#rows += block.length;
      yield;
    }
  }

  /** The stretches with rows that lie in a window, as they are counted until more is, and those that an edge of it cuts. */
  within({ from, to }: { from: number; to: number }): { whole: readonly CountedStretch[]; cut: readonly Pick<Stretch, 'start' | 'end'>[] } {
    const stretches = [...this.#stretches.values()].filter(({ start, end }) => end > from && start < to);
    const isWhole = ({ start, end }: Stretch) => start >= from && end <= to;
    return { whole: stretches.filter(isWhole), cut: stretches.filter(stretch => !isWhole(stretch)) };
  }

  #count(block: Block<'cell'>, counted: BlockCounts | undefined): void {
    let stretch = this.#stretchAt(block.earliest);
    if (counted && block.latest < stretch.end) {
      for (let index = 0; index < counted.keys.length; index++)
        this.#add(stretch, counted.keys[index] ?? 0, counted.totals[index] ?? 0, counted.successes[index] ?? 0);
      return;
    }
    const { timestamp, cell } = block.columns;
    const base = block.bases.timestamp;
    const keys = (block.columns as Readonly<Record<string, Numbers>>)[this.#key] as Numbers;
    for (let row = 0; row < block.length; row++) {
      const at = base + (timestamp[row] ?? 0);
      if (at < stretch.start || at >= stretch.end) stretch = this.#stretchAt(at);
      this.#add(stretch, keys[row] ?? 0, 1, (cell[row] ?? 0) & 1);
    }
  }

  #add({ places, counts: { keys, totals, successes } }: Stretch, key: number, total: number, succeeded: number): void {
    const place = places.get(key);
    if (place === undefined) {
      places.set(key, keys.push(key) - 1);
      totals.push(total);
      successes.push(succeeded);
      this.#counts++;
    } else {
      totals[place] = (totals[place] ?? 0) + total;
      successes[place] = (successes[place] ?? 0) + succeeded;
    }
  }

  #stretchAt(timestamp: number): Stretch {
    const { start, end } = this.#calendar.stretchAt(timestamp);
    const known = this.#stretches.get(start);
    if (known) return known;
    const stretch: Stretch = { start, end, places: new Map(), counts: { keys: [], totals: [], successes: [] } };
    this.#stretches.set(start, stretch);
    return stretch;
  }
}
