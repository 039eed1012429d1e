import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { leftovers } from '../../src/log/leftovers.ts';
import { LOG_NAMES, Log, type Position, reaches, START, type Stretch } from '../../src/log/log.ts';
import { executionInput, NOW, stepInput } from '../support/execution-inputs.ts';
import { eventually } from '../support/program.ts';
import { silent } from '../support/silent-logger.ts';
import { hasStrace } from '../support/system-calls.ts';

const SCRIPT = new URL('../support/archiving-process.ts', import.meta.url).pathname;
const TSX = import.meta.resolve('tsx');
const skipped = !hasStrace && process.env['CI'] !== 'true';
const SKIPPED = skipped ? ' (SKIPPED: this machine has no strace)' : '';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'metrics-archive-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const open = (directory: string) => Log.open({ directory, logger: silent, clock: () => NOW });

type Before = { positions: Position[]; whole: Stretch };

/** Logs of 2025 with rows of others, and every position of theirs. */
async function recorded(directory: string): Promise<Before> {
  const log = await open(directory);
  const positions = [START];
  for (let index = 0; index < 6; index++) {
    const steps = Array.from({ length: 1 + index }, (_, step) => stepInput({ step, plugin: `plugin-${step % 3}` }));
    const [outcome] = await log.record([executionInput({ executionId: `e-${index}`, steps })]);
    if (!outcome || outcome instanceof Error) throw outcome;
    positions.push(outcome.position);
  }
  const whole = await readAll(log, log.position);
  await log.close();
  return { positions, whole };
}

async function readAll(log: Log, to: Position): Promise<Stretch> {
  const pieces: Stretch[] = [];
  for (let from = START; !reaches(from, to); from = pieces.at(-1)?.to ?? to) pieces.push(await log.read(from, to));
  const rows = (name: keyof Stretch) => pieces.flatMap(piece => piece[name] as readonly unknown[]) as never;
  const [journal, durations, success_rates, plugin_usage, rejected] = [...LOG_NAMES, 'rejected' as const].map(rows);
  return { from: START, to, journal, durations, success_rates, plugin_usage, rejected } as unknown as Stretch;
}

/** Opens what a crash left: whole, nothing doubled, and recording and archiving go on. Answers the archived years found. */
async function expectWhole(directory: string, { positions, whole }: Before): Promise<readonly number[]> {
  const log = await open(directory);
  try {
    const years = [...log.archivedYears];
    for (const position of positions) await log.checkPosition(position);
    expect(await readAll(log, whole.to)).toEqual(whole);
    const now = await readAll(log, log.position);
    for (const name of ['journal', 'durations', 'success_rates', 'rejected'] as const) expect(now[name]).toEqual(whole[name]);
    // Totals may stand twice, once carried over, and are the same.
    expect(totals(now)).toEqual(totals(whole));
    expect(now.plugin_usage.length - whole.plugin_usage.length).toBe(years.length * totals(whole).size);
    const repeated = await log.record([executionInput({ executionId: 'e-0', steps: [stepInput({ step: 0, plugin: 'plugin-0' })] })]);
    expect(repeated).toMatchObject([{ duplicate: true }]);
    expect(await log.archive()).toMatchObject(years.length === 0 ? { year: 2025 } : { year: undefined });
    expect(await log.record([executionInput({ executionId: 'after' })])).toMatchObject([{ duplicate: false }]);
    for (const name of LOG_NAMES) expect(existsSync(join(directory, `${name}.log.next`))).toBe(false);
    for (const position of positions) await log.checkPosition(position);
    return years;
  } finally {
    await log.close();
  }
}

function totals(stretch: Stretch): Map<string, object> {
  return new Map(stretch.plugin_usage.map(({ start: _, end: __, ...row }) => [row.plugin, row]));
}

// ---------- A process whose system calls are counted ----------

const CALLS = 'write,pwrite64,openat,link,linkat,rename,renameat,renameat2,fsync,fdatasync,mkdir,fchmod,unlink';

/** Runs the script; `inject` is what strace does to its calls once it is ready. Answers when it has ended. */
class Archiving {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  #said = '';
  readonly #trace: string;
  #strace: ChildProcess | undefined;

  /** `under`: a program that runs it, with its arguments. */
  constructor(directory: string, under: readonly string[] = []) {
    // With one thread for files their calls come one after the other.
    const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
    this.#trace = `${directory}.trace`;
    const [command = '', ...args] = [...under, process.execPath, '--import', TSX, SCRIPT, directory, String(NOW)];
    this.child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdout?.on('data', chunk => (this.#said += chunk));
    this.ended = once(this.child, 'close');
  }

  async said(word: string): Promise<void> {
    while (!this.#said.includes(word) && this.child.exitCode === null && this.child.signalCode === null) await pause(5);
  }

  async begin(inject: string): Promise<void> {
    await this.said('ready');
    const args = ['-f', '-p', String(this.child.pid), '-o', this.#trace, '-e', `trace=${CALLS}`, '-e', `inject=${inject}`];
    const strace = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#strace = strace;
    let words = '';
    strace.stderr.on('data', chunk => (words += chunk));
    while (!words.includes('attached')) await pause(5);
    this.child.stdin?.write('go\n');
  }

  /** How often it has been stopped. */
  stops(): number {
    const trace = existsSync(this.#trace) ? readFileSync(this.#trace, 'utf8') : '';
    return trace.split('\n').filter(line => line.startsWith(`${this.child.pid} `) && line.includes('stopped by SIGSTOP')).length;
  }

  async end(): Promise<void> {
    await this.ended;
    if (this.#strace && this.#strace.exitCode === null) await once(this.#strace, 'close');
  }
}

/** What names there are of which files, and how long these are. */
function state(directory: string): string {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(name => !name.startsWith('.state'));
  return names.map(name => [name, statSync(join(directory, name)).ino, statSync(join(directory, name)).size].join(' ')).join('; ');
}

describe('archiving that breaks off', () => {
  test.skipIf(skipped)(
    `after any of its system calls is ended by the next opening, in a copy of the directory too${SKIPPED}`,
    { timeout: 240_000 },
    async () => {
      const directory = join(root, 'stopped');
      const before = await recorded(directory);
      // Given a process that is stopped after each call
      const archiving = new Archiving(directory);
      await archiving.begin(`${CALLS}:signal=STOP`);
      const seen = new Map<string, string>();
      for (let stop = 1; ; stop++) {
        while (archiving.stops() < stop && archiving.child.exitCode === null) await pause(2);
        if (archiving.child.exitCode !== null) break;
        // when what is there is opened, as after kill -9 (names of one file stay names of one file) and as after cp -r
        for (const kind of seen.has(state(directory)) ? [] : ['-a', '-r']) {
          const copy = join(root, `copy-${stop}${kind}`);
          await once(spawn('cp', [kind, directory, copy]), 'close');
          rmSync(join(copy, '.state'), { recursive: true, force: true });
          // then it is whole
          seen.set(`${state(directory)}${kind === '-a' ? '' : ' copied'}`, `${kind} ${await expectWhole(copy, before)}`);
          rmSync(copy, { recursive: true });
        }
        archiving.child.kill('SIGCONT');
      }
      await archiving.end();
      expect(new Set(seen.values())).toEqual(new Set(['-a ', '-r ', '-a 2025', '-r 2025']));
      // Four logs, of each a file created, filled, linked and renamed; the folders and the seal.
      expect(seen.size).toBeGreaterThan(2 * 4 * 4);
      expect(await expectWhole(directory, before)).toEqual([2025]);
    },
  );

  const KILLS = Array.from({ length: 8 }, (_, index) => [index + 1, (index % 4) + 1] as const);

  test.skipIf(skipped)(
    `by kill -9 at a link or rename, and again while it is ended, goes on where it was${SKIPPED}`,
    { timeout: 240_000 },
    async () => {
      const source = join(root, 'killed');
      const before = await recorded(source);
      for (const [first, second] of KILLS) {
        const directory = join(root, `killed-${first}`);
        cpSync(source, directory, { recursive: true });
        // Given a process that is killed as it gives or moves a name
        const archiving = new Archiving(directory);
        await archiving.begin(`${NAMING[first % 2]}:signal=KILL:when=${Math.ceil(first / 2)}`);
        await archiving.end();
        expect(archiving.child.signalCode).toBe('SIGKILL');
        // when the process that opens next is killed as well
        const opening = new Archiving(directory, [
          'strace',
          '-f',
          '-o',
          '/dev/null',
          '-e',
          `trace=${NAMING[second % 2]}`,
          '-e',
          `inject=${NAMING[second % 2]}:signal=KILL:when=${Math.ceil(second / 2)}`,
        ]);
        opening.child.stdin?.end('go');
        await opening.ended;
        // then the one after that finds everything
        const years = await expectWhole(directory, before);
        expect(years, `killed at ${first}, then at ${second}`).toEqual(years.length === 0 ? [] : [2025]);
      }
    },
  );
});

/** Calls that give a file its names. */
const NAMING = ['rename,renameat,renameat2', 'link,linkat'] as const;

describe('shell loops that append to all three shared logs', () => {
  const ROWS = {
    durations: '2025-11-07T00:00:00Z,shell-%d,phase,1,shell-plugin,1,true',
    success_rates: '2025-11-07T00:00:00Z,shell-%d,shell,true,1,1,0,""',
    plugin_usage: '2025-11-07T00:00:00Z,shell-plugin,%d,1,1,0,1,2025-11-07T00:00:00Z',
  } as const;

  const LOOPED = Object.keys(ROWS);

  /** Waits until so many rows of a loop are in the file: how soon a shell is up depends on the machine. */
  const written = (directory: string, name: string, rows: number) => {
    const path = join(directory, `${name}.log`);
    return eventually(
      async () => (existsSync(path) ? readFileSync(path, 'utf8').split('shell-').length - 1 : 0),
      found => found >= rows,
    );
  };

  test('while these are archived lose no row, and no total goes back', { timeout: 120_000 }, async () => {
    for (let round = 0; round < 3; round++) {
      const directory = join(root, `loops-${round}`);
      await recorded(directory);
      const loops = Object.entries(ROWS).map(([log, row]) =>
        spawn('bash', [
          '-c',
          'while :; do i=$((i+1)); printf "$1\\n" $i >> "$2"; sleep 0.001; done',
          'bash',
          row,
          join(directory, `${log}.log`),
        ]),
      );
      onTestFinished(() => loops.forEach(loop => void loop.kill('SIGKILL')));
      const log = await open(directory);
      await Promise.all(LOOPED.map(name => written(directory, name, 21 + round)));
      expect(await log.archive()).toMatchObject({ year: 2025 });
      // They go on in new files, whatever number they have come to.
      await Promise.all(LOOPED.map(name => written(directory, name, 5)));
      for (const loop of loops) loop.kill('SIGKILL');
      await Promise.all(loops.map(loop => once(loop, 'close')));
      const whole = await readAll(log, await log.upToDate());
      const late = (await leftovers(directory)).flatMap(({ log: of, bytes }) =>
        [...bytes.toString().matchAll(/shell-(?:plugin,)?(\d+)/g)].map(([, n]) => [of, Number(n)] as const),
      );
      const lateOf = (name: string) => late.filter(([of]) => of === name).map(([, number]) => number);
      // then every row is there once
      const rows = {
        durations: whole.durations.map(row => row.workflowId),
        success_rates: whole.success_rates.map(row => row.patternId),
      };
      for (const name of ['durations', 'success_rates'] as const) {
        const counted = rows[name].filter(id => id.startsWith('shell-')).map(id => Number(id.slice(6)));
        const all = [...counted, ...lateOf(name)].toSorted((a, b) => a - b);
        expect(all.length).toBeGreaterThan(20);
        expect(all).toEqual(all.map((_, index) => index + 1));
      }
      // and every total, those carried over twice; the last one is the highest
      const uses = whole.plugin_usage.filter(({ plugin }) => plugin === 'shell-plugin').map(row => row.uses);
      const all = [...new Set([...uses, ...lateOf('plugin_usage')])].toSorted((a, b) => a - b);
      expect(all).toEqual(all.map((_, index) => index + 1));
      expect(uses.at(-1)).toBe(all.at(-1));
      await log.close();
    }
  });
});
