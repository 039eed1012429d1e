import { createInterface } from 'node:readline/promises';
import type { Config } from '../config.ts';
import { appendable, carriable, type Finding, repairLogs, SHARED_LOGS, type Verified, verifyLogs } from '../log/log.ts';
import { progressBar } from './progress.ts';

/** Findings of each severity shown on a terminal; the rest are counted. */
const MAX_SHOWN = 100;

export type VerifyCommand = Readonly<{ repair: boolean; yes: boolean }>;

type Checked = Readonly<{ verified: Verified; errors: number }>;

/** Reads everything and tells what is wrong; with `repair` appends what is missing. Exit code 1 where something stays wrong. */
export async function verify({ repair, yes }: VerifyCommand, config: Config): Promise<void> {
  const checked = await check(config);
  const remaining = repair ? await mend(checked, yes, config) : checked.errors;
  if (remaining > 0) process.exitCode = 1;
}

async function check({ metricsDir, stateDir }: Config): Promise<Checked> {
  const bar = progressBar('Verifying', 'bytes');
  const counts = { error: 0, note: 0 };
  const startedAt = performance.now();
  const report = (finding: Finding) => {
    counts[finding.severity]++;
    if (!process.stdout.isTTY) console.log(JSON.stringify(finding));
    else if (counts[finding.severity] <= MAX_SHOWN) console.log(lineOf(finding));
  };
  const verified = await verifyLogs({ directory: metricsDir, stateDirectory: stateDir, report, progress: bar.update }).finally(bar.stop);
  const seconds = (performance.now() - startedAt) / 1000;
  summarize(verified, { errors: counts.error, notes: counts.note, seconds, directory: metricsDir });
  return { verified, errors: counts.error };
}

function lineOf({ severity, file, line, message }: Finding): string {
  return `${severity.padEnd(5)}  ${file}${line === undefined ? '' : `:${line}`}  ${message}`;
}

function summarize(verified: Verified, found: { errors: number; notes: number; seconds: number; directory: string }): void {
  const { errors, notes, seconds, directory } = found;
  const { rows, bytes, digests, archivedFiles } = verified;
  const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
  const rowsPerSecond = Math.round(total / seconds);
  if (process.stdout.isTTY) {
    console.log(
      `${directory}: ${total} rows read (${rowsPerSecond} a second), ${digests} digests and ${archivedFiles} archived files compared: ` +
        `${errors} errors, ${notes} notes${Math.max(errors, notes) > MAX_SHOWN ? ` (the first ${MAX_SHOWN} of each are shown; a pipe gets all)` : ''}`,
    );
  } else {
    const timing = { seconds: Number(seconds.toFixed(3)), rowsPerSecond };
    console.log(JSON.stringify({ directory, rows, bytes, digests, archivedFiles, errors, notes, ...timing }));
  }
}

// ---------- Repair ----------

/** Says what it would do, does it once that is agreed, and checks again. Answers how many errors stay. */
async function mend({ verified, errors }: Checked, yes: boolean, config: Config): Promise<number> {
  const rows = appendable(verified);
  const planned = SHARED_LOGS.filter(log => rows[log].length > 0);
  const leftovers = await carriable(config.metricsDir);
  if (planned.length === 0 && leftovers.length === 0) {
    say(errors === 0 ? 'Nothing to repair.' : 'Nothing of this can be repaired by appending: put the files back from a backup.');
    return errors;
  }
  for (const log of planned) {
    say(`To be appended to ${log}.log: ${rows[log].length} rows`);
    for (const row of rows[log].slice(0, MAX_SHOWN)) say(`  ${row}`);
    if (rows[log].length > MAX_SHOWN) say(`  and ${rows[log].length - MAX_SHOWN} more`);
  }
  for (const { file, line, log, bytes } of leftovers) {
    say(`To be carried from ${file}:${line} to ${log}.log: ${bytes.length} bytes of whole lines`);
  }
  if (!(yes || (await isAgreed()))) {
    say('Nothing was written. Run it again with --yes to append them.');
    return errors;
  }
  const appended = await repairLogs({ directory: config.metricsDir, stateDirectory: config.stateDir, clock: Date.now });
  say(`${appended} missing rows were appended${leftovers.length > 0 ? ', and leftovers carried over' : ''}. Reading again:`);
  return (await check(config)).errors;
}

function say(text: string): void {
  console.error(text);
}

async function isAgreed(): Promise<boolean> {
  if (!(process.stdin.isTTY && process.stderr.isTTY)) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Append them? Nothing is edited or removed. [y/N] ');
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
