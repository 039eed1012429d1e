/** The rows that groups owe to a shared log, matched with the lines that stand in it; what is missing is kept until it turns up. */
import {
  type DurationsRow,
  formatPluginUsageLine,
  type PluginUsageRow,
  type PluginUsageValues,
  parsePluginUsageLine,
  type SuccessRatesRow,
} from '../record/record.ts';
import { continued, isContinuation, type UsageDelta } from './owed.ts';
import type { Report } from './verify-finding.ts';
import type { Comparison, Line, OwedGroup, Remains } from './verify-shared.ts';

/** A row that one log misses. `append` is the line that mends it; undefined where another line would only make it worse. */
export type Missing = Readonly<{ remains: Remains; append: string | undefined }>;

/** A line that is one too many, and why. */
type Extra = Readonly<{ start: number; message: string }>;

type PlaceOf = (position: number) => Promise<{ file: string; line: number }>;

/** Of one group no more are told one by one. */
const MAX_EXTRAS = 10_000;

/** Rows that are kept until they turn up; where more are missing, those are told of at once. */
const MAX_MISSING = 100_000;
/** Characters of a row in a message. */
const MAX_SHOWN = 500;

const DOUBLED = 'the row stands once more than it was recorded';

function tellMissing(report: Report, text: string, { file, line, became }: Remains): void {
  const shown = text.slice(0, MAX_SHOWN);
  const message =
    became === 'nothing'
      ? `a row is missing in the rows from this line on: ${shown}`
      : `a row was changed${became === 'another row' ? ' and still reads as one' : ''}; it was: ${shown}`;
  report({ severity: 'error', file, line, message });
}

// ---------- durations.log and success_rates.log: whole lines ----------

type LineRow = DurationsRow | SuccessRatesRow;

export class OwedLines {
  readonly #log: 'durations' | 'success_rates';
  readonly #report: Report;
  readonly #placeOf: PlaceOf;
  /** Whether another line of a workflow of ours is one too many. */
  readonly #isOurs: (row: LineRow) => Promise<boolean>;
  /** By text; a text may be missing more than once. */
  readonly #missing = new Map<string, Remains[]>();

  constructor(log: 'durations' | 'success_rates', parts: { report: Report; placeOf: PlaceOf; isOurs: (row: LineRow) => Promise<boolean> }) {
    this.#log = log;
    this.#report = parts.report;
    this.#placeOf = parts.placeOf;
    this.#isOurs = parts.isOurs;
  }

  begin({ owed }: OwedGroup): Comparison<LineRow> {
    const counts = new Map<string, number>();
    for (const text of owed[this.#log]) counts.set(text, (counts.get(text) ?? 0) + 1);
    const extras: Extra[] = [];
    const late: Line[] = [];
    const missing = () => [...counts].flatMap(([text, count]) => Array.from({ length: count }, () => text));
    return {
      takeOwed: ({ text }) => {
        const count = counts.get(text) ?? 0;
        if (count > 0) counts.set(text, count - 1);
        return count > 0;
      },
      takeOther: async (row, line) => {
        if (this.#missing.has(line.text)) late.push(line);
        else if (extras.length >= MAX_EXTRAS) return;
        else if (counts.has(line.text)) extras.push({ start: line.start, message: DOUBLED });
        else if (await this.#isOurs(row)) {
          extras.push({ start: line.start, message: 'the row bears the workflow of a recorded execution that has no such step' });
        }
      },
      isOwed: text => counts.has(text),
      missing,
      conclude: async where => {
        await this.#concludeLate(late);
        const changed = new Set<number>();
        for (const text of missing()) {
          const remains = await where(text);
          if (remains.became !== 'nothing') changed.add(remains.start);
          if (this.#missing.size < MAX_MISSING) this.#missing.set(text, [...(this.#missing.get(text) ?? []), remains]);
          else tellMissing(this.#report, text, remains);
        }
        for (const { start, message } of extras) {
          if (!changed.has(start)) this.#report({ severity: 'error', ...(await this.#placeOf(start)), message });
        }
      },
    };
  }

  async #concludeLate(lines: readonly Line[]): Promise<void> {
    for (const { text, start } of lines) {
      const [first, ...rest] = this.#missing.get(text) ?? [];
      if (!first) continue;
      if (rest.length > 0) this.#missing.set(text, rest);
      else this.#missing.delete(text);
      const message = `the row that is missing from ${first.file}:${first.line}, appended later`;
      this.#report({ severity: 'note', ...(await this.#placeOf(start)), message });
    }
  }

  /** Tells what has not turned up to the end of the log. */
  finish(): Missing[] {
    return [...this.#missing].flatMap(([text, each]) =>
      each.map(remains => {
        tellMissing(this.#report, text, remains);
        return { remains, append: remains.became === 'another row' ? undefined : text };
      }),
    );
  }
}

// ---------- plugin_usage.log: totals that go on from the row before ----------

type MissingUse = Readonly<{ delta: UsageDelta; text: string; remains: Remains; latest: PluginUsageValues | undefined }>;

export class OwedTotals {
  readonly #report: Report;
  readonly #placeOf: PlaceOf;
  readonly #latest = new Map<string, PluginUsageValues>();
  /** Of plugins a row of which is missing: the totals that it said, from which the next one may go on. */
  readonly #expected = new Map<string, PluginUsageValues>();
  readonly #missing = new Map<string, MissingUse[]>();

  constructor(parts: { report: Report; placeOf: PlaceOf }) {
    this.#report = parts.report;
    this.#placeOf = parts.placeOf;
  }

  begin({ owed, certain }: OwedGroup): Comparison<PluginUsageRow> {
    const deltas = new Map(owed.plugin_usage.map(delta => [delta.plugin, delta]));
    const latest = new Map<string, PluginUsageValues>();
    const latestOf = (plugin: string) => latest.get(plugin) ?? this.#latest.get(plugin);
    /** Other rows may come between our look and our write: ours then goes on from one before them, and another of ours follows. */
    const others = new Map<string, PluginUsageValues[]>();
    /** Where each stands. */
    const taken = new Map<string, number>();
    const doubled: [first: number, second: number][] = [];
    const late: { line: Line; use: MissingUse }[] = [];
    const textOf = (delta: UsageDelta) => formatPluginUsageLine(continued(this.#latest.get(delta.plugin), delta));
    const missing = () => [...deltas.values()].map(textOf);
    return {
      takeOwed: ({ text, start }) => {
        const row = parsePluginUsageLine(text);
        const delta = row && deltas.get(row.plugin);
        if (!row || !delta) return false;
        const expected = this.#expected.get(row.plugin);
        const before = [this.#latest.get(row.plugin), ...(others.get(row.plugin) ?? []), ...(expected ? [expected] : [])];
        if (!before.some(totals => formatPluginUsageLine(continued(totals, delta)) === text)) return false;
        deltas.delete(row.plugin);
        latest.set(row.plugin, row);
        taken.set(text, start);
        return true;
      },
      takeOther: async (row, line) => {
        const before = latestOf(row.plugin);
        const use = this.#missing.get(row.plugin)?.find(({ delta }) => isContinuation(row, before, delta));
        if (taken.has(line.text)) doubled.push([taken.get(line.text) ?? 0, line.start]);
        else if (use) late.push({ line, use });
        others.set(row.plugin, [...(others.get(row.plugin) ?? []), row]);
        latest.set(row.plugin, row);
      },
      isOwed: text => taken.has(text),
      missing: () => (certain ? missing() : []),
      conclude: async where => {
        for (const { line, use } of late) await this.#concludeLate(line, use);
        for (const [first, second] of doubled) {
          const place = await this.#placeOf(second);
          // The file after an archived one begins with the last row of every plugin.
          if (place.file === (await this.#placeOf(first)).file) this.#report({ severity: 'error', ...place, message: DOUBLED });
        }
        const expected = [...deltas.values()].map(delta => ({
          delta,
          text: textOf(delta),
          totals: continued(this.#latest.get(delta.plugin), delta),
        }));
        for (const [plugin, row] of latest) {
          this.#latest.set(plugin, row);
          if (!deltas.has(plugin)) this.#expected.delete(plugin);
        }
        for (const { delta, text, totals } of expected) {
          this.#expected.set(delta.plugin, totals);
          if (!certain) continue;
          const use = { delta, text, remains: await where(text), latest: this.#latest.get(delta.plugin) };
          this.#missing.set(delta.plugin, [...(this.#missing.get(delta.plugin) ?? []), use]);
        }
      },
    };
  }

  async #concludeLate(line: Line, use: MissingUse): Promise<void> {
    const rest = this.#missing.get(use.delta.plugin)?.filter(each => each !== use) ?? [];
    this.#missing.set(use.delta.plugin, rest);
    const message = `the totals that are missing from ${use.remains.file}:${use.remains.line}, appended later`;
    this.#report({ severity: 'note', ...(await this.#placeOf(line.start)), message });
  }

  /** Tells what has not turned up. Only totals that no later row of the plugin may have counted can still be appended. */
  finish(): Missing[] {
    const tips = new Map(this.#latest);
    return [...this.#missing.values()].flat().map(({ delta, text, remains, latest }) => {
      tellMissing(this.#report, text, remains);
      const { plugin } = delta;
      if (this.#latest.get(plugin) !== latest || remains.became === 'another row') return { remains, append: undefined };
      const totals = continued(tips.get(plugin), delta);
      tips.set(plugin, totals);
      return { remains, append: formatPluginUsageLine(totals) };
    });
  }
}
