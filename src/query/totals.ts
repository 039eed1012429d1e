/** Rows counted by what they are about: what is counted beforehand where the filter leaves all rows of a key in, else the rows themselves. */
import { type CountedColumn, type Numbers, type Pieces, type Tally, Totals, type View } from '../projection/table/table.ts';
import { bucketsOf, type Durations, durationsOf, type LookedUp, nth, type Percentiles, placeOf, RANKS } from './durations.ts';
import { executionRows, type Filter, stepRows, throughJournal } from './filter.ts';

/** What a summary is asked about. */
export type SummaryQuestion = Readonly<{ filter: Filter; percentiles: Percentiles }>;

/** Rows of one key: all of them, and the durations that the filter's `success` leaves. `first` and `latest` are timestamps. */
export type Summary = Readonly<{
  total: number;
  successes: number;
  first: number;
  latest: number;
  allUs: bigint;
  durations: Durations;
  sumUs: bigint;
}>;

/** Steps by plugin or phase, keys being numbers of names. */
export async function stepTotals(view: View, by: 'plugin' | 'phase', filter: Filter): Promise<Totals> {
  const [names, others] = by === 'plugin' ? [filter.plugins, filter.phases] : [filter.phases, filter.plugins];
  if (filter.patternIds !== undefined || others !== undefined) return counted(view, by, stepRows(view, filter));
  return view.totals(by, { window: filter.window, keys: names && view.numbersOf(names) });
}

/** Executions by pattern. */
export async function executionTotals(view: View, filter: Filter): Promise<Totals> {
  const { window, patternIds } = filter;
  if (throughJournal(filter)) return counted(view, 'pattern', await executionRows(view, filter));
  return view.totals('pattern', { window, keys: patternIds && view.numbersOf(patternIds) });
}

/** Whether a filter leaves all executions of the patterns in that it picks. */
export function takesWholePatterns(filter: Filter): boolean {
  return filter.window === undefined && !throughJournal(filter);
}

async function counted<Key extends string>(view: View, key: Key, rows: Pieces<Key | CountedColumn>): Promise<Totals> {
  const totals = new Totals();
  await view.each(rows, picked => totals.count(picked, picked.block.columns[key]));
  return totals;
}

/** Each plugin or phase with steps under a filter. */
export async function stepSummaries(
  view: View,
  by: 'plugin' | 'phase',
  { filter, percentiles }: SummaryQuestion,
): Promise<Map<number, Summary>> {
  const { tallies } = await stepTotals(view, by, filter);
  const rows = percentiles === 'EXACT' ? stepRows(view, filter) : undefined;
  return summaries(view, tallies, filter, rows && { rows, key: by });
}

/** Each pattern with executions under a filter. */
export async function executionSummaries(view: View, { filter, percentiles }: SummaryQuestion): Promise<Map<number, Summary>> {
  const { tallies } = await executionTotals(view, filter);
  const rows = percentiles === 'EXACT' ? await executionRows(view, filter) : undefined;
  return summaries(view, tallies, filter, rows && { rows, key: 'pattern' });
}

/** All executions together, of totals by pattern; undefined where there is none. */
export async function summaryOfAll(view: View, totals: Totals, { filter, percentiles }: SummaryQuestion): Promise<Summary | undefined> {
  const rows = percentiles === 'EXACT' ? await executionRows(view, filter) : undefined;
  const all = await summaries(view, [totals.sum()], filter, rows && { rows, key: undefined });
  return all.get(0);
}

/** The rows behind tallies, and the column of their keys; without one all are of key 0. */
type Behind<Column extends string> = Readonly<{ rows: Pieces<Column | CountedColumn>; key: Column | undefined }>;

async function summaries<Column extends string>(
  view: View,
  tallies: readonly (Tally | undefined)[],
  { success }: Filter,
  behind: Behind<Column> | undefined,
): Promise<Map<number, Summary>> {
  const lookedUp = behind && (await lookUp(view, tallies, success, behind));
  const found = new Map<number, Summary>();
  for (const [key, tally] of tallies.entries())
    if (tally) found.set(key, { ...countOf(tally), ...durationsOf(tally, success, lookedUp?.get(key)) });
  return found;
}

function countOf(tally: Tally) {
  const { total, successes } = sizeOf(tally);
  return { total, successes, first: tally.first, latest: tally.latest, allUs: tally.sumUs(false) + tally.sumUs(true) };
}

/** How many rows a tally counts, and how many of them succeeded. */
export function sizeOf({ low, counts }: Tally): { total: number; successes: number } {
  let [total, successes] = [0, 0];
  for (let index = 0; index < counts.length; index++) {
    const n = counts[index] ?? 0;
    total += n;
    if (((low + index) & 1) === 1) successes += n;
  }
  return { total, successes };
}

/** A percentile of a key that its bucket does not tell: the value at a rank among the durations in that bucket. */
type Sought = { key: number; name: 'median' | 'p95'; bucket: number; rank: number; values: number[] };

/** Looks up the very values of percentiles: the rows of the buckets that hold them. */
async function lookUp<Column extends string>(
  view: View,
  tallies: readonly (Tally | undefined)[],
  success: boolean | undefined,
  { rows, key: column }: Behind<Column>,
): Promise<Map<number, LookedUp>> {
  const sought = tallies.flatMap((tally, key) => (tally ? soughtIn(key, tally, success) : []));
  const byKey = new Map<number, Sought[]>();
  for (const one of sought) byKey.set(one.key, [...(byKey.get(one.key) ?? []), one]);
  if (byKey.size > 0)
    await view.each(rows, ({ block, rows: picked, length }) => {
      const columns: Readonly<Record<Column | CountedColumn, Numbers>> = block.columns;
      const [key, cell, durationUs] = [column && columns[column], columns.cell, columns.durationUs];
      for (let index = 0; index < length; index++) {
        const row = picked[index] ?? 0;
        const wanted = byKey.get(key ? (key[row] ?? 0) : 0);
        if (!wanted) continue;
        const of = cell[row] ?? 0;
        if (success !== undefined && (of & 1) !== Number(success)) continue;
        for (const one of wanted) if (one.bucket === of >> 1) one.values.push(durationUs[row] ?? 0);
      }
    });
  return new Map([...byKey].map(([key, found]) => [key, { median: percentileOf(found, 'median'), p95: percentileOf(found, 'p95') }]));
}

function soughtIn(key: number, tally: Tally, success: boolean | undefined): Sought[] {
  if (tally.few(success)) return [];
  const buckets = bucketsOf(tally, success);
  const n = buckets.reduce((sum, bucket) => sum + bucket.n, 0);
  return (['median', 'p95'] as const).flatMap(name => {
    const place = placeOf(buckets, RANKS[name](n));
    return place ? [{ key, name, bucket: place.bucket.bucket, rank: place.rank, values: [] }] : [];
  });
}

function percentileOf(found: readonly Sought[], name: Sought['name']): number | undefined {
  const one = found.find(sought => sought.name === name);
  return one && nth(Float64Array.from(one.values), one.rank);
}
