/** The last row of every plugin in plugin_usage.log, as of any position. */
import type { Position } from '../../log/log.ts';
import type { PluginUsageRow } from '../../record/record.ts';

export type LastUsage = Pick<PluginUsageRow, 'uses' | 'totalDurationUs' | 'successes' | 'failures' | 'lastUsed'>;

/** Up to an end of plugin_usage.log: its rows, the newest timestamp among them, and what they say last of each plugin. */
export type Usage = { end: number; rows: number; latest: number | undefined; last: Map<string, LastUsage> };

/** Reads the rows from one position on, up to another. */
export type ReadUsage = (from: number, to: Position) => Promise<readonly PluginUsageRow[]>;

/** Rows from one kept state to the next, and at least so many times the plugins: it holds one entry a plugin. */
const KEPT_EVERY = 4096;
const KEPT_EVERY_PLUGINS = 16;

export class UsageTotals {
  /** By their end. */
  readonly #kept: Usage[] = [{ end: 0, rows: 0, latest: undefined, last: new Map() }];
  /** The rows behind the last one that is kept, and what is known with them. */
  #tail: PluginUsageRow[] = [];
  #current = copyOf(this.#newestKept);
  readonly #every: number;

  constructor(every = KEPT_EVERY) {
    this.#every = every;
  }

  append(rows: readonly PluginUsageRow[]): void {
    for (const row of rows) {
      const every = Math.max(this.#every, KEPT_EVERY_PLUGINS * this.#newestKept.last.size);
      if (this.#tail.length >= every) {
        this.#kept.push(this.newest);
        this.#tail = [];
      }
      this.#tail.push(row);
      add(this.#current, row);
    }
  }

  /** As of a position: near the end from memory, else from the state before it and the rows in between. */
  async at(asOf: Position, read: ReadUsage): Promise<Usage> {
    const { plugin_usage } = asOf;
    if (plugin_usage >= this.#current.end) return this.newest;
    const state = this.#kept.findLast(({ end }) => end <= plugin_usage) ?? this.#newestKept;
    if (state === this.#newestKept)
      return withRows(
        state,
        this.#tail.filter(({ start }) => start < plugin_usage),
      );
    const usage = withRows(state, await read(state.end, asOf));
    if (usage.rows - state.rows >= this.#every) this.#keep(usage);
    return usage;
  }

  /** So that the next question back there reads less. */
  #keep(usage: Usage): void {
    const place = this.#kept.findIndex(({ end }) => end >= usage.end);
    if (this.#kept[place]?.end !== usage.end) this.#kept.splice(place, 0, usage);
  }

  /** All of it, as it is now. */
  get newest(): Usage {
    return copyOf(this.#current);
  }

  /** Takes up what was saved. */
  restore(usage: Usage): void {
    this.#kept.push(usage);
    this.#tail = [];
    this.#current = copyOf(usage);
  }

  get #newestKept(): Usage {
    return this.#kept.at(-1) as Usage;
  }
}

function copyOf(usage: Usage): Usage {
  return { ...usage, last: new Map(usage.last) };
}

function withRows(usage: Usage, more: readonly PluginUsageRow[]): Usage {
  const own = copyOf(usage);
  for (const row of more) add(own, row);
  return own;
}

function add(usage: Usage, { plugin, uses, totalDurationUs, successes, failures, lastUsed, timestamp, end }: PluginUsageRow): void {
  usage.last.set(plugin, { uses, totalDurationUs, successes, failures, lastUsed });
  usage.latest = Math.max(usage.latest ?? timestamp, timestamp);
  usage.rows++;
  usage.end = end;
}
