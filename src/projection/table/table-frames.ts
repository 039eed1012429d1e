/** What was added to the table since some moment, as a frame of its file, and back. */
import { LOG_NAMES, type LogName, type Position } from '../../log/log.ts';
import { type Blocks, type Numbers, narrowest, placesOf, startsOf, type Values } from './blocks.ts';
import type { RejectedPlace } from './rejected.ts';
import type { SavedColumns } from './saved-rows.ts';
import { KEPT_LOGS, type KeptLog, type TableRows } from './table-rows.ts';
import type { LastUsage, Usage } from './usage-totals.ts';

/** How much of the table is in the file. */
export type Mark = Readonly<{
  position: Position;
  rows: Readonly<Record<KeptLog, number>>;
  names: number;
  runs: number;
  rejected: Readonly<Record<LogName, number>>;
  usage: Usage;
}>;

/** Of a plugin: as `LastUsage`, the total in digits. */
type SavedUsage = [plugin: string, usage: Omit<LastUsage, 'totalDurationUs'> & { totalDurationUs: string }];

type Head = Readonly<{
  seed: number;
  from: Position;
  to: Position;
  rows: Record<KeptLog, number>;
  names: readonly string[];
  rejected: readonly RejectedPlace[];
  usage: Pick<Usage, 'end' | 'rows' | 'latest'> & { last: readonly SavedUsage[] };
}>;

export function markOf(table: TableRows, position: Position): Mark {
  return {
    position,
    rows: eachKept(log => table[log].length),
    names: table.names.size,
    runs: table.runs.length,
    rejected: Object.fromEntries(LOG_NAMES.map(log => [log, table.rejected.count(log, Number.POSITIVE_INFINITY)])) as Mark['rejected'],
    usage: table.usage.newest,
  };
}

/** What lies between two moments. */
export function frameOf(table: TableRows, from: Mark, to: Mark): SavedColumns {
  const { end, rows, latest, last } = to.usage;
  const changed = [...last].filter(([plugin, usage]) => from.usage.last.get(plugin) !== usage);
  const head: Head = {
    seed: table.runs.seed,
    from: from.position,
    to: to.position,
    rows: eachKept(log => to.rows[log] - from.rows[log]),
    names: table.names.since(from.names),
    rejected: LOG_NAMES.flatMap(log => table.rejected.since(log, from.rejected[log])),
    usage: {
      end,
      rows,
      latest,
      last: changed.map(([plugin, usage]) => [plugin, { ...usage, totalDurationUs: String(usage.totalDurationUs) }]),
    },
  };
  const columns = KEPT_LOGS.flatMap(log => savedColumns(table[log], from.rows[log], to.rows[log]));
  return { head, columns: [table.runs.hashesSince(from.runs), ...columns] };
}

/** The seed that the hashes of a frame's runs were made with. */
export function seedOf({ head }: SavedColumns): number {
  return (head as Head).seed;
}

/** Adds what a frame holds, if it goes on where the table ends; answers where it ends then. */
export function restore(table: TableRows, end: Position, { head, columns }: SavedColumns): Position | undefined {
  const { seed, from, to, rows, names, rejected, usage } = head as Head;
  if (seed !== table.runs.seed || from.chain !== end.chain || LOG_NAMES.some(log => from[log] !== end[log])) return undefined;
  for (const name of names) table.names.idOf(name);
  const [hashes, ...others] = columns;
  table.runs.restore(hashes as Uint32Array);
  const next = others.values();
  const values = eachKept(log => savedValues(table[log].columns, next));
  table.appendBatch({ ...values, counts: rows } as unknown as Parameters<TableRows['appendBatch']>[0]);
  table.rejected.append(rejected.map(place => ({ ...place, file: `${place.log}.log` })));
  const known = table.usage.newest.last;
  const last = usage.last.map(([plugin, totals]) => [plugin, { ...totals, totalDurationUs: BigInt(totals.totalDurationUs) }] as const);
  table.usage.restore({ ...usage, latest: usage.latest ?? undefined, last: new Map([...known, ...last]) });
  return to;
}

/** Rows between two numbers: where the first starts, how far each other behind the one before, then each column. */
function savedColumns(blocks: Blocks<string>, from: number, to: number): Numbers[] {
  const starts = new Float64Array(to - from);
  for (const { block, rows, at } of pieces(blocks, from, to)) starts.set(startsOf(block).subarray(rows.from, rows.to), at);
  const { first, gap } = placesOf(starts);
  return [first, narrowest(gap), ...blocks.columns.map(column => savedColumn(blocks, column, from, to))];
}

function savedColumn(blocks: Blocks<string>, column: string, from: number, to: number): Numbers {
  const values = new Float64Array(to - from);
  for (const { block, rows, at } of pieces(blocks, from, to)) {
    const [numbers, base] = [block.columns[column] as Numbers, block.bases[column] ?? 0];
    for (let row = rows.from; row < rows.to; row++) values[at + row - rows.from] = base + (numbers[row] ?? 0);
  }
  return narrowest(values);
}

/** The stretches of blocks between two rows, and where each begins among these. */
function* pieces(blocks: Blocks<string>, from: number, to: number) {
  for (let at = from; at < to; ) {
    const place = Math.floor(at / blocks.size);
    const block = blocks.list[place];
    if (!block) return;
    const rows = { from: at - place * blocks.size, to: Math.min(blocks.size, to - place * blocks.size) };
    yield { block, rows, at: at - from };
    at += rows.to - rows.from;
  }
}

function savedValues(names: readonly string[], columns: Iterator<Numbers>): Values<string> {
  const next = () => columns.next().value as Numbers;
  return Object.fromEntries(['first', 'gap', ...names].map(name => [name, next()])) as Values<string>;
}

function eachKept<Value>(make: (log: KeptLog) => Value): Record<KeptLog, Value> {
  const [journal, durations, success_rates] = KEPT_LOGS.map(make) as [Value, Value, Value];
  return { journal, durations, success_rates };
}
