/** Rows counted by what they are about: what is counted beforehand where the filter leaves all rows of a key in, else the rows themselves. */
import { type CountedColumn, type Numbers, type Pieces, type Tally, Totals, type View } from '../projection/table/table.ts';
import { bucketsOf, type Durations, durationsOf, type LookedUp, nth, type Percentiles, placeOf, RANKS } from './durations.ts';
import { executionRows, type Filter, stepRows, throughJournal } from './filter.ts';
import { type DurationInterval, medianInterval, medianRanks } from './median-interval.ts';

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

/** What a tally of all executions says. */
export async function summaryOfAll(view: View, all: Tally, question: SummaryQuestion): Promise<Summary> {
  return summaryOf(all, question.filter, await lookedUpOfAll(view, all, question, percentileRanks));
}

/** The same, with the interval of the median. */
export async function summaryWithInterval(
  view: View,
  all: Tally,
  question: SummaryQuestion,
): Promise<Summary & Readonly<{ medianInterval: DurationInterval | null }>> {
  const lookedUp = await lookedUpOfAll(view, all, question, n => [...percentileRanks(n), ...Object.values(medianRanks(n) ?? {})]);
  return { ...summaryOf(all, question.filter, lookedUp), medianInterval: medianInterval(all, question.filter.success, lookedUp) };
}

/** The rows behind tallies, and the column of their keys; without one all are of key 0. */
type Behind<Column extends string> = Readonly<{ rows: Pieces<Column | CountedColumn>; key: Column | undefined }>;

/** The ranks of n durations whose very values are asked for. */
type Ranks = (n: number) => readonly number[];

const percentileRanks: Ranks = n => [RANKS.median(n), RANKS.p95(n)];

async function lookedUpOfAll(
  view: View,
  all: Tally,
  { filter, percentiles }: SummaryQuestion,
  ranks: Ranks,
): Promise<LookedUp | undefined> {
  if (percentiles !== 'EXACT') return undefined;
  const sought = soughtIn(0, all, filter.success, ranks);
  return (await lookUp(view, sought, filter, { rows: await executionRows(view, filter), key: undefined })).get(0);
}

async function summaries<Column extends string>(
  view: View,
  tallies: readonly (Tally | undefined)[],
  filter: Filter,
  behind: Behind<Column> | undefined,
): Promise<Map<number, Summary>> {
  const sought = behind ? tallies.flatMap((tally, key) => (tally ? soughtIn(key, tally, filter.success, percentileRanks) : [])) : [];
  const lookedUp = behind && (await lookUp(view, sought, filter, behind));
  const found = new Map<number, Summary>();
  for (const [key, tally] of tallies.entries()) if (tally) found.set(key, summaryOf(tally, filter, lookedUp?.get(key)));
  return found;
}

function summaryOf(tally: Tally, { success }: Filter, lookedUp: LookedUp | undefined): Summary {
  return { ...countOf(tally), ...durationsOf(tally, success, lookedUp) };
}

function countOf(tally: Tally) {
  const { total, successes } = sizeOf(tally);
  return { total, successes, first: tally.first, latest: tally.latest, allUs: tally.sumUs(false) + tally.sumUs(true) };
}

/** How many rows a tally counts, and how many of them succeeded. */
export function sizeOf(tally: Tally): { total: number; successes: number } {
  return { total: tally.size(), successes: tally.size(true) };
}

/** A value of a key that its bucket does not tell: the one at `rank` of all is at `place` among the durations in that bucket. */
type Sought = { key: number; rank: number; bucket: number; place: number; values: number[] };

/** Looks up the very values at ranks, by key: the rows of the buckets that hold them. */
async function lookUp<Column extends string>(
  view: View,
  sought: readonly Sought[],
  { success }: Filter,
  { rows, key: column }: Behind<Column>,
): Promise<Map<number, LookedUp>> {
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
  const found = ({ values, place }: Sought) => nth(Float64Array.from(values), place);
  return new Map([...byKey].map(([key, wanted]) => [key, new Map(wanted.map(one => [one.rank, found(one)]))]));
}

function soughtIn(key: number, tally: Tally, success: boolean | undefined, ranks: Ranks): Sought[] {
  if (tally.few(success)) return [];
  const buckets = bucketsOf(tally, success);
  return ranks(tally.size(success)).flatMap(rank => {
    const found = placeOf(buckets, rank);
    return found ? [{ key, rank, bucket: found.bucket.bucket, place: found.rank, values: [] }] : [];
  });
}
