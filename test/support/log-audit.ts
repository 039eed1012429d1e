/**
 * What four logs hold, read by other means than the program's own (csv-parse, a hash, plain splits), for tests that must not trust
 * it: does every execution of the journal stand in all its logs exactly once, and nothing of ours anywhere else?
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

type StoredStep = { step: number; phase: string; plugin: string; durationMs: number; status: string };
type Recorded = { executionId: string; durations: string[]; success: string[]; steps: StoredStep[] };
type Totals = { uses: number; milliseconds: number; successes: number; failures: number };

export type Audit = Readonly<{
  /** In the order of the journal. */
  executionIds: string[];
  /** Lines of each log that are no rows. */
  fragments: Readonly<Record<string, string[]>>;
  /** Rows of durations.log whose workflow id begins with the other writer's prefix. */
  others: string[];
  /** What must never be; empty in logs that are whole. */
  faults: string[];
}>;

/** `othersPrefix`: begins the workflow ids of another writer of durations.log. Its plugins must be its own. */
export function auditLogs(directory: string, othersPrefix: string): Audit {
  const faults: string[] = [];
  const journal = readJournal(linesOf(directory, 'journal'), faults);
  const durations = parted(linesOf(directory, 'durations'), line => line.split(',').length === 7);
  const success = parted(linesOf(directory, 'success_rates'), line => /,(true|false),[\d.]+,\d+,\d+,".*"$/.test(line));
  const usage = parted(linesOf(directory, 'plugin_usage'), line => line.split(',').length === 8);
  const [others, ours] = parted(durations[0], line => (line.split(',')[1] ?? '').startsWith(othersPrefix));

  const ids = journal.rows.map(({ executionId }) => executionId);
  for (const [id, times] of counted(ids)) if (times > 1) faults.push(`${id} stands ${times} times in journal.log`);
  compare(
    'durations.log',
    journal.rows.flatMap(row => row.durations),
    ours,
    faults,
  );
  compare(
    'success_rates.log',
    journal.rows.flatMap(row => row.success),
    success[0],
    faults,
  );
  compareTotals(
    journal.rows.flatMap(({ steps }) => steps),
    usage[0],
    faults,
  );

  const fragments = { journal: journal.fragments, durations: durations[1], success_rates: success[1], plugin_usage: usage[1] };
  return { executionIds: ids, fragments, others, faults };
}

/** The lines after the header; empty ones are nobody's. */
function linesOf(directory: string, log: string): string[] {
  const lines = readFileSync(join(directory, `${log}.log`), 'utf8')
    .split('\n')
    .slice(1);
  return lines.filter(line => line !== '');
}

function readJournal(lines: readonly string[], faults: string[]): { rows: Recorded[]; fragments: string[] } {
  const [rows, fragments] = parted(lines, line => {
    const chain = line.slice(-32);
    const proof = createHash('sha256').update(chain.slice(0, 16)).update(line.slice(0, -32)).digest('hex').slice(0, 16);
    return proof === chain.slice(16);
  });
  for (const [index, line] of rows.entries()) {
    const before = rows[index - 1]?.slice(-16) ?? '0'.repeat(16);
    if (line.slice(-32, -16) !== before) faults.push(`row ${index + 1} of journal.log does not go on the chain of the row before`);
  }
  return { rows: (parse(rows.join('\n')) as string[][]).map(recorded), fragments };
}

/** The rows that an execution owes, written from the words of the design. */
function recorded(columns: string[]): Recorded {
  const [, , executionId = '', workflowId, patternId, patternName, , status, , completedAt = '', durationMs] = columns;
  const [files, notes = '', steps = ''] = columns.slice(12);
  const time = `${completedAt.slice(0, 19)}Z`;
  const ran = (JSON.parse(steps) as StoredStep[]).filter(step => step.status !== 'skipped');
  const plugins = new Set(ran.map(({ plugin }) => plugin)).size;
  const oneLine = notes.replaceAll('\\n', ' ').replaceAll('"', '""');
  return {
    executionId,
    steps: ran,
    durations: ran.map(({ phase, step, plugin, durationMs, status }) =>
      [time, workflowId, phase, step, plugin, durationMs / 1000, status === 'success'].join(','),
    ),
    success:
      status === 'cancelled'
        ? []
        : [[time, patternId, patternName, status === 'success', Number(durationMs) / 1000, plugins, files, `"${oneLine}"`].join(',')],
  };
}

/** Each row as often as it is owed, and no other. */
function compare(log: string, owed: readonly string[], there: readonly string[], faults: string[]): void {
  const [wanted, found] = [counted(owed), counted(there)];
  for (const [row, times] of wanted)
    if ((found.get(row) ?? 0) !== times) faults.push(`${log}: ${found.get(row) ?? 0} times instead of ${times}: ${row}`);
  for (const [row] of found) if (!wanted.has(row)) faults.push(`${log}: of no execution of the journal: ${row}`);
}

/** Of plugins that nobody else writes: the last row says all uses, and no total ever goes back. */
function compareTotals(steps: readonly StoredStep[], rows: readonly string[], faults: string[]): void {
  const wanted = new Map<string, Totals>();
  for (const { plugin, durationMs, status } of steps) {
    const { uses, milliseconds, successes, failures } = wanted.get(plugin) ?? { uses: 0, milliseconds: 0, successes: 0, failures: 0 };
    const success = status === 'success' ? 1 : 0;
    wanted.set(plugin, {
      uses: uses + 1,
      milliseconds: milliseconds + durationMs,
      successes: successes + success,
      failures: failures + 1 - success,
    });
  }
  const last = new Map<string, Totals>();
  for (const row of rows) {
    const [, plugin = '', uses, seconds, successes, failures] = row.split(',');
    const totals = {
      uses: Number(uses),
      milliseconds: Math.round(Number(seconds) * 1000),
      successes: Number(successes),
      failures: Number(failures),
    };
    if (totals.uses <= (last.get(plugin)?.uses ?? 0)) faults.push(`plugin_usage.log: ${plugin} goes back, or nowhere: ${row}`);
    last.set(plugin, totals);
  }
  for (const plugin of new Set([...wanted.keys(), ...last.keys()])) {
    const [expected, found] = [JSON.stringify(wanted.get(plugin)), JSON.stringify(last.get(plugin))];
    if (expected !== found) faults.push(`plugin_usage.log: ${plugin} is at ${found} where the journal counts ${expected}`);
  }
}

function parted(lines: readonly string[], fits: (line: string) => boolean): [fitting: string[], rest: string[]] {
  return [lines.filter(fits), lines.filter(line => !fits(line))];
}

function counted(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
