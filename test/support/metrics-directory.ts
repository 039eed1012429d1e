import { appendFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { MetricsError } from '../../src/errors.ts';
import {
  type Acknowledgement,
  LOG_NAMES,
  Log,
  type LogName,
  type LogOptions,
  type Outcome,
  type Position,
  reaches,
  type Stretch,
} from '../../src/log/log.ts';
import { NOW } from './execution-inputs.ts';
import { silent } from './silent-logger.ts';

/** The logs as other programs had written them before this project. */
const SAMPLES = new URL('../data/metrics', import.meta.url).pathname;

/** A directory for logs, new for every test; logs that a test opened in it are closed after the test. */
export class MetricsDirectory {
  #path = '';
  readonly #opened: Log[] = [];

  constructor() {
    beforeEach(() => {
      this.#path = mkdtempSync(join(tmpdir(), 'metrics-'));
    });
    afterEach(async () => {
      for (const log of this.#opened.splice(0)) await log.close().catch(() => undefined);
      rmSync(this.#path, { recursive: true, force: true });
    });
  }

  get path(): string {
    return this.#path;
  }

  file(log: LogName): string {
    return join(this.#path, `${log}.log`);
  }

  async open(options: Partial<LogOptions> = {}): Promise<Log> {
    const log = await Log.open({ ...this.#options, ...options });
    this.#opened.push(log);
    return log;
  }

  /** As `open`, before the log is ready. */
  async take(options: Partial<LogOptions> = {}): Promise<Log> {
    const log = await Log.take({ ...this.#options, ...options });
    this.#opened.push(log);
    return log;
  }

  get #options(): LogOptions {
    return { directory: this.#path, logger: silent, clock: () => NOW };
  }

  async close(log: Log): Promise<void> {
    this.#opened.splice(this.#opened.indexOf(log), 1);
    await log.close();
  }

  /** As a restart does it. */
  async reopen(log: Log): Promise<Log> {
    await this.close(log);
    return this.open();
  }

  copySamples(): void {
    cpSync(SAMPLES, this.#path, { recursive: true });
  }

  /** What a file holds, byte by byte as Latin-1, so that nothing is lost in comparing; undefined where there is none. */
  bytes(log: LogName): string | undefined {
    return existsSync(this.file(log)) ? readFileSync(this.file(log), 'latin1') : undefined;
  }

  /** All four files, byte by byte. */
  allBytes(): Record<string, string | undefined> {
    return Object.fromEntries(LOG_NAMES.map(log => [log, this.bytes(log)]));
  }

  text(log: LogName): string {
    return readFileSync(this.file(log), 'utf8');
  }

  /** The lines after the first, which is the header wherever nobody else wrote one. */
  lines(log: LogName): string[] {
    return this.text(log).split('\n').slice(1, -1);
  }

  /** As another program writes, before the log is opened. */
  write(log: LogName, content: string | Buffer): void {
    writeFileSync(this.file(log), content);
  }

  /** As another program appends, at any time. */
  append(log: LogName, content: string | Buffer): void {
    appendFileSync(this.file(log), content);
  }

  /** What it holds that is not derived. */
  names(): string[] {
    return readdirSync(this.#path)
      .filter(name => name !== '.state')
      .toSorted();
  }
}

/** Everything between two positions, in however many pieces it comes. */
export async function readAll(log: Log, from: Position, to: Position): Promise<Stretch> {
  const pieces: Stretch[] = [];
  for (let end = from; !reaches(end, to); end = pieces.at(-1)?.to ?? to) pieces.push(await log.read(end, to));
  return {
    from,
    to,
    journal: pieces.flatMap(({ journal }) => journal),
    durations: pieces.flatMap(({ durations }) => durations),
    success_rates: pieces.flatMap(({ success_rates }) => success_rates),
    plugin_usage: pieces.flatMap(({ plugin_usage }) => plugin_usage),
    rejected: pieces.flatMap(({ rejected }) => rejected),
  };
}

/** Records one input and answers its acknowledgement; fails where there is none. */
export async function record(log: Log, input: unknown): Promise<Acknowledgement> {
  const [outcome] = await log.record([input]);
  return acknowledged(outcome);
}

export function acknowledged(outcome: Outcome | undefined): Acknowledgement {
  if (outcome === undefined || outcome instanceof MetricsError) throw outcome ?? new Error('no outcome');
  return outcome;
}

/** An outcome without what differs from run to run, for comparing: the code and field of a refusal, or whether it was a duplicate. */
export function summary(outcome: Outcome): object {
  return outcome instanceof MetricsError
    ? { code: outcome.code, message: outcome.message, field: outcome.field }
    : { executionId: outcome.executionId, duplicate: outcome.duplicate };
}
