import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { MetricsError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';

/** How long a Neo4j may take to write down what it holds before it is killed. */
export const STOP_GRACE_MS = 20_000;

interface RecordedProcess {
  readonly pid: number;
  /** The process that started it. */
  readonly owner: number;
}

interface RunningProcess {
  readonly command: string;
  readonly parent: number;
}

/** The argument that tells our Neo4j from every other process: its home is the directory that only we use. */
export function homeArgument(directory: string): string {
  return `--home-dir=${directory}`;
}

/** Written right after the spawn and in one turn, so that the next start finds a process that nobody ended. */
export function writePidFile(directory: string, pid: number): void {
  writeFileSync(pidFile(directory), `${pid} ${process.pid}\n`, { mode: 0o600 });
}

/** Of Linux's 19 steps down: where cores are short it gets a quarter of one who has not stepped down. */
const NICENESS = 5;

/**
 * Lowers a process's priority, so that where cores are short most of them are left to this one and to those who record. Right after the
 * spawn: threads that it has by then keep theirs.
 */
export function giveWay(pid: number): void {
  try {
    setPriority(pid, NICENESS);
    // A session of its own, which it has, may be a group of its own to the scheduler, and then priorities count within that group alone.
    if (process.platform === 'linux') writeFileSync(`/proc/${pid}/autogroup`, String(NICENESS));
  } catch {
    // It has ended, or the kernel has no such groups: it is no worse than it would be.
  }
}

/** Removes the pid file, unless it already speaks of another process. */
export function removePidFile(directory: string, pid: number): void {
  if (readPidFile(directory)?.pid === pid) rmSync(pidFile(directory), { force: true });
}

/**
 * Ends a Neo4j that an earlier service left behind in `directory`: asks it to end, waits, kills it after `graceMs`. A
 * process that only happens to have the recorded pid is left alone: ours names the directory on its command line.
 *
 * @throws MetricsError GRAPH_UNAVAILABLE where the service that started it still runs, or where it cannot be ended.
 */
export async function endEarlierNeo4j(directory: string, logger: Logger, graceMs = STOP_GRACE_MS): Promise<void> {
  const recorded = readPidFile(directory);
  if (recorded === null) return;
  const running = await ourProcess(recorded.pid, directory);
  if (running !== null) {
    // An orphan gets another parent: where it still has the recorded one, that one lives and this is its database.
    if (running.parent === recorded.owner) {
      throw unavailable(
        `The Neo4j in ${directory} (process ${recorded.pid}) belongs to a running service (process ${recorded.owner}). Stop that one, or set STATE_DIR to another folder.`,
      );
    }
    logger.warn({ pid: recorded.pid, directory }, 'Ending the Neo4j that an earlier service left behind');
    await endProcess(recorded.pid, directory, graceMs);
  }
  removePidFile(directory, recorded.pid);
}

async function endProcess(pid: number, directory: string, graceMs: number): Promise<void> {
  for (const [signal, waitMs] of [['SIGTERM', graceMs] as const, ['SIGKILL', 5_000] as const]) {
    if ((await ourProcess(pid, directory)) !== null) send(pid, signal);
    for (const deadline = Date.now() + waitMs; Date.now() < deadline; await sleep(100)) if (await hasEnded(pid)) return;
  }
  throw unavailable(`The Neo4j that an earlier service left behind (process ${pid}) cannot be ended. End it by hand: kill -9 ${pid}`);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile, or is not ours to end: the check that follows tells.
  }
}

/** The process of that pid if it is the Neo4j of `directory`; null where it is none, a zombie or gone. */
async function ourProcess(pid: number, directory: string): Promise<RunningProcess | null> {
  const running = await runningProcess(pid).catch(() => null);
  // In `ps` arguments stand side by side: the padding keeps /a/neo4j from being taken for /a/neo4j-2.
  return running !== null && ` ${running.command} `.includes(` ${homeArgument(directory)} `) ? running : null;
}

async function runningProcess(pid: number): Promise<RunningProcess> {
  if (process.platform !== 'linux') return processByPs(pid);
  const [command, stat] = await Promise.all([readFile(`/proc/${pid}/cmdline`, 'utf8'), readFile(`/proc/${pid}/stat`, 'utf8')]);
  return { command: command.replaceAll('\0', ' '), parent: Number(fieldsOf(stat)[1]) };
}

/**
 * Whether the process is gone, or a zombie without a living thread. One that is ending loses its command line first: the kernel may
 * not have closed its files yet, and the next Neo4j would find its home locked.
 */
async function hasEnded(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
    return /^\s*(Z|$)/.test(stdout);
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = fieldsOf(stat ?? '');
  return stat === undefined || (fields[0] === 'Z' && Number(fields[THREADS]) <= 1);
}

/** Where `fieldsOf` has the number of threads. */
const THREADS = 17;

/** The state, then the parent: the name before them may hold blanks and parentheses, so they begin after its last one. */
function fieldsOf(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

async function processByPs(pid: number): Promise<RunningProcess> {
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'ppid=,command=', '-p', String(pid)]);
  const match = /^\s*(\d+)\s+(.*)$/m.exec(stdout);
  if (match === null) throw new Error(`ps knows no process ${pid}`);
  return { command: match[2] ?? '', parent: Number(match[1]) };
}

function readPidFile(directory: string): RecordedProcess | null {
  try {
    const match = /^(\d+) (\d+)\n$/.exec(readFileSync(pidFile(directory), 'utf8'));
    return match === null ? null : { pid: Number(match[1]), owner: Number(match[2]) };
  } catch {
    return null;
  }
}

function pidFile(directory: string): string {
  return join(directory, 'pid');
}

function unavailable(message: string): MetricsError {
  return new MetricsError('GRAPH_UNAVAILABLE', message);
}
