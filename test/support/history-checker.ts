/**
 * The one judge of every test that breaks something: does what four logs hold agree with what a client was told? It reads the
 * logs by other means than the program's own, and says every fault.
 */
import { isDeepStrictEqual } from 'node:util';
import { LOG_NAMES, SHARED_LOGS, type SharedLog } from '../../src/log/log.ts';
import { type Answered, count, type Figures, type History, mostUses } from './history.ts';
import { type JournalEntry, type LogContents, type Row, readContents, type StoredStep } from './log-contents.ts';

type Totals = { uses: number; milliseconds: number; successes: number; failures: number };

export type Verdict = Readonly<{
  /** In the order of the journal. */
  executionIds: string[];
  /** Lines of each log that are no rows. */
  fragments: LogContents['fragments'];
  /** Rows that another program wrote. */
  others: Readonly<Record<SharedLog, string[]>>;
  /** What must never be; empty where all is well. */
  faults: string[];
}>;

/**
 * `othersPrefix` begins every workflow id, pattern id and plugin that another program writes; nobody else writes those of the
 * history's executions. The logs are those of a directory that has been opened since the last fault.
 */
export function checkHistory(directory: string, history: History, othersPrefix = 'shell-'): Verdict {
  const contents = readContents(directory);
  const { journal, rows } = contents;
  const isTheirs = ({ text }: Row) => (text.split(',')[1] ?? '').startsWith(othersPrefix);
  const ours = eachShared(log => rows[log].filter(row => !isTheirs(row)));
  const others = eachShared(log => rows[log].filter(row => isTheirs(row) && !contents.carried.has(row)).map(({ text }) => text));
  const ids = journal.map(({ executionId }) => executionId);
  const faults = [
    ...contents.faults,
    ...calls(ids, history),
    ...compared('durations.log', expected(journal, 'durations'), ours.durations),
    ...compared('success_rates.log', expected(journal, 'success'), ours.success_rates),
    ...totals(
      journal.flatMap(({ steps }) => steps),
      ours.plugin_usage.filter(row => !contents.carried.has(row)),
    ),
    ...bytes(contents, history),
    ...[...history.answers.values()].flatMap(answered => position(contents, answered)),
    ...acknowledgements(contents, history),
    ...SHARED_LOGS.flatMap(log => sequences(log, others[log], contents.fragments[log])),
  ];
  return { executionIds: ids, fragments: contents.fragments, others, faults };
}

function eachShared<Value>(make: (log: SharedLog) => Value): Record<SharedLog, Value> {
  return { durations: make('durations'), success_rates: make('success_rates'), plugin_usage: make('plugin_usage') };
}

/** Rows that other programs have numbered, `<name>-<number>`, are all there in their order, but those that a fragment of ours swallowed. */
function sequences(log: SharedLog, others: readonly string[], fragments: readonly string[]): string[] {
  const faults: string[] = [];
  const latest = new Map<string, number>();
  for (const row of others) {
    const [, name, number] = /^(.*)-(\d+)$/.exec(row.split(',')[1] ?? '') ?? [];
    if (name === undefined) continue;
    const before = latest.get(name) ?? 0;
    latest.set(name, Number(number));
    if (Number(number) <= before) faults.push(`${log}.log: ${name}-${number} comes after ${name}-${before}`);
    for (let missing = before + 1; missing < Number(number); missing++) {
      if (!fragments.some(text => text.includes(`,${name}-${missing},`))) faults.push(`${log}.log: ${name}-${missing} is missing`);
    }
  }
  return faults;
}

/** Every acknowledged execution once, and none that was never called. */
function calls(ids: readonly string[], history: History): string[] {
  const times = counted(ids);
  return [
    ...[...times].filter(([, count]) => count > 1).map(([id, count]) => `${id} stands ${count} times in journal.log`),
    ...[...times.keys()].filter(id => !history.called.has(id)).map(id => `${id} is in journal.log and was never called`),
    ...[...history.acknowledged.keys()].filter(id => !times.has(id)).map(id => `${id} was acknowledged and is not in journal.log`),
  ];
}

function expected(journal: readonly JournalEntry[], log: 'durations' | 'success'): string[] {
  return journal.flatMap(entry => entry[log]);
}

/** Each row as often as it is owed, and no other. */
function compared(log: string, owed: readonly string[], there: readonly Row[]): string[] {
  const [wanted, found] = [counted(owed), counted(there.map(({ text }) => text))];
  return [
    ...[...wanted]
      .filter(([row, times]) => (found.get(row) ?? 0) !== times)
      .map(([row, times]) => `${log}: ${found.get(row) ?? 0} times instead of ${times}: ${row}`),
    ...[...found.keys()].filter(row => !wanted.has(row)).map(row => `${log}: of no execution of the journal: ${row}`),
  ];
}

/** Of plugins that nobody else writes: the last row says all uses, and no total ever goes back. */
function totals(steps: readonly StoredStep[], rows: readonly Row[]): string[] {
  const faults: string[] = [];
  const wanted = new Map<string, Totals>();
  for (const { plugin, durationMs, status } of steps) {
    const before = wanted.get(plugin) ?? { uses: 0, milliseconds: 0, successes: 0, failures: 0 };
    const success = status === 'success' ? 1 : 0;
    wanted.set(plugin, {
      uses: before.uses + 1,
      milliseconds: before.milliseconds + durationMs,
      successes: before.successes + success,
      failures: before.failures + 1 - success,
    });
  }
  const last = new Map<string, Totals>();
  for (const { text } of rows) {
    const [, plugin = '', uses, seconds, successes, failures] = text.split(',');
    const milliseconds = Math.round(Number(seconds) * 1000);
    const totals = { uses: Number(uses), milliseconds, successes: Number(successes), failures: Number(failures) };
    if (totals.uses <= (last.get(plugin)?.uses ?? 0)) faults.push(`plugin_usage.log: ${plugin} goes back, or nowhere: ${text}`);
    last.set(plugin, totals);
  }
  for (const plugin of new Set([...wanted.keys(), ...last.keys()])) {
    if (isDeepStrictEqual(wanted.get(plugin), last.get(plugin))) continue;
    const [counts, says] = [JSON.stringify(wanted.get(plugin)), JSON.stringify(last.get(plugin))];
    faults.push(`plugin_usage.log: ${plugin} is at ${says} where the journal counts ${counts}`);
  }
  return faults;
}

/** What the client once saw is still there, byte by byte. */
function bytes({ data }: LogContents, { witnessed }: History): string[] {
  return LOG_NAMES.flatMap(log => {
    const [was, is] = [witnessed[log], data[log].subarray(0, witnessed[log].length)];
    if (was.equals(is)) return [];
    const at = was.findIndex((byte, index) => byte !== is[index]);
    return [`${log}.log has changed from byte ${at} on: ${excerpt(was, at)} has become ${excerpt(is, at)}`];
  });
}

function excerpt(bytes: Buffer, at: number): string {
  return JSON.stringify(bytes.toString('latin1', at, at + 60));
}

/** An answered position is still one, and the bytes below it give the figures that were answered. */
function position(contents: LogContents, { token, position, figures }: Answered): string[] {
  const faults: string[] = [];
  for (const log of LOG_NAMES) {
    const [end, data] = [position[log], contents.data[log]];
    if (end > data.length) faults.push(`${log}.log ends ${end - data.length} bytes before the answered position ${token}`);
    else if (end > 0 && data[end - 1] !== 10) faults.push(`the answered position ${token} lies inside a line of ${log}.log`);
  }
  const chain = contents.chain.findLast(({ end }) => end <= position.journal)?.own.slice(0, 8) ?? '00000000';
  if (chain !== position.chain) faults.push(`journal.log has chain ${chain} at the answered position ${token}`);
  if (figures && faults.length === 0) faults.push(...figureFaults(contents, { token, position, figures }));
  return faults;
}

function figureFaults(contents: LogContents, { token, position, figures }: Answered & { figures: Figures }): string[] {
  const now = figuresAt(contents, position);
  if (isDeepStrictEqual(now, figures)) return [];
  return [`at position ${token} the answer was ${JSON.stringify(figures)}, and the logs now say ${JSON.stringify(now)}`];
}

/** Of the rows below a position. */
function figuresAt({ rows }: LogContents, position: Answered['position']): Figures {
  const patterns: Record<string, [number, number]> = {};
  for (const [, patternId = '', , success] of below(rows.success_rates, position.success_rates)) {
    patterns[patternId] ??= [0, 0];
    count(patterns[patternId], success === 'true');
  }
  const uses: Record<string, number> = {};
  for (const [, , , , plugin = ''] of below(rows.durations, position.durations)) uses[plugin] = (uses[plugin] ?? 0) + 1;
  const latest = below(rows.plugin_usage, position.plugin_usage).map(([, plugin = '', uses]) => [plugin, Number(uses)] as const);
  return { patterns, plugins: mostUses(uses, Object.fromEntries(latest)) };
}

function below(rows: readonly Row[], position: number): string[][] {
  return rows.filter(({ end }) => end <= position).map(({ text }) => text.split(','));
}

/** An acknowledgement's position covers the execution in every log. */
function acknowledgements({ journal, rows }: LogContents, { acknowledged }: History): string[] {
  const ends = { durations: endsOf(rows.durations), success: endsOf(rows.success_rates) };
  return journal.flatMap(entry => {
    const answered = acknowledged.get(entry.executionId);
    if (!answered) return [];
    const { position, token } = answered;
    const covered =
      entry.end <= position.journal &&
      entry.durations.every(row => (ends.durations.get(row) ?? 0) <= position.durations) &&
      entry.success.every(row => (ends.success.get(row) ?? 0) <= position.success_rates);
    return covered ? [] : [`${entry.executionId} was acknowledged at ${token}, which does not cover all its rows`];
  });
}

/** The first end of each row: rows of two executions may read alike in success_rates.log. */
function endsOf(rows: readonly Row[]): Map<string, number> {
  return new Map(rows.toReversed().map(({ text, end }) => [text, end]));
}

function counted(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
