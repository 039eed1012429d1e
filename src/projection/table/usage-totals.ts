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
  /** By their end; the last one is followed by the rows of the tail. */
  readonly #kept: Usage[] = [{ end: 0, rows: 0, latest: undefined, last: new Map() }];
  #tail: PluginUsageRow[] = [];
  readonly #every: number;

  constructor(every = KEPT_EVERY) {
    this.#every = every;
  }

  append(rows: readonly PluginUsageRow[]): void {
    for (const row of rows) {
      const newest = this.#newest;
      const every = Math.max(this.#every, KEPT_EVERY_PLUGINS * newest.last.size);
      if (this.#tail.length >= every) {
        this.#kept.push(withRows(newest, this.#tail));
        this.#tail = [];
      }
      this.#tail.push(row);
    }
  }

  /** As of a position: near the end from memory, else from the state before it and the rows in between. */
  async at(asOf: Position, read: ReadUsage): Promise<Usage> {
    const state = this.#kept.findLast(({ end }) => end <= asOf.plugin_usage) ?? this.#newest;
    if (state === this.#newest)
      return withRows(
        state,
        this.#tail.filter(({ start }) => start < asOf.plugin_usage),
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

  /** All of it, to be saved. */
  get newest(): Usage {
    return withRows(this.#newest, this.#tail);
  }

  /** Takes up what was saved. */
  restore(usage: Usage): void {
    this.#kept.push(usage);
    this.#tail = [];
  }

  get #newest(): Usage {
    return this.#kept.at(-1) as Usage;
  }
}

function withRows({ end, rows, latest, last }: Usage, more: readonly PluginUsageRow[]): Usage {
  const usage = { end: more.at(-1)?.end ?? end, rows: rows + more.length, latest, last: new Map(last) };
  for (const { plugin, uses, totalDurationUs, successes, failures, lastUsed, timestamp } of more) {
    usage.last.set(plugin, { uses, totalDurationUs, successes, failures, lastUsed });
    usage.latest = Math.max(usage.latest ?? timestamp, timestamp);
  }
  return usage;
}
