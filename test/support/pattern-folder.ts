/** A folder of pattern files, and the projection that keeps them, with figures that a test sets. */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { type Position, START } from '../../src/log/log.ts';
import type { Logger } from '../../src/logger.ts';
import { type PatternFigure, PatternFilesProjection } from '../../src/projection/pattern-files/pattern-files.ts';
import { silent } from './silent-logger.ts';

const folders = new Set<string>();
afterEach(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
  folders.clear();
});

export type Line = Readonly<{ message: string; file?: string; reason?: string; to?: string }>;

export class PatternFolder {
  readonly path: string;
  readonly figures = new Map<string, PatternFigure>();
  readonly lines: Line[] = [];
  readonly projection: PatternFilesProjection;
  #end: Position = START;

  /** In a folder of its own, which is removed after the test, or in one that the test removes. */
  constructor(path?: string) {
    this.path = path ?? mkdtempSync(join(tmpdir(), 'patterns-'));
    if (path === undefined) folders.add(this.path);
    for (const status of ['discovered', 'validated', 'learned']) mkdirSync(join(this.path, status), { recursive: true });
    this.projection = this.opened();
  }

  /** A projection as a new process has it. */
  opened(): PatternFilesProjection {
    const note = (fields: object, message: string) => void this.lines.push({ ...fields, message });
    const logger: Logger = { ...silent, info: note, warn: note };
    const figures = async () => [...this.figures.values()];
    return new PatternFilesProjection({ directory: this.path, figures, logEnd: () => this.#end, logger, clock: Date.now });
  }

  /** Writes a file as somebody did an hour ago. */
  write(file: string, text: string | Uint8Array): void {
    mkdirSync(dirname(join(this.path, file)), { recursive: true });
    writeFileSync(join(this.path, file), text);
    this.age(file);
  }

  age(file: string): void {
    const anHourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(join(this.path, file), anHourAgo, anHourAgo);
  }

  read(file: string): string {
    return readFileSync(join(this.path, file), 'utf8');
  }

  /** Every file and link below the folder. */
  list(): string[] {
    const names = readdirSync(this.path, { recursive: true }) as string[];
    return names.filter(name => !lstatSync(join(this.path, name)).isDirectory()).sort();
  }

  set(patternId: string, figure: Partial<PatternFigure> = {}): void {
    this.figures.set(patternId, figureOf(patternId, { ...this.figures.get(patternId), ...figure }));
  }

  /** Something is recorded: the logs move on. */
  async run(): Promise<void> {
    this.#end = { ...this.#end, success_rates: this.#end.success_rates + 100 };
    await this.projection.advance({ to: this.#end });
  }

  troubles(): string[] {
    return this.lines
      .filter(({ reason }) => reason !== undefined)
      .map(({ file, reason }) => `${file?.slice(this.path.length + 1)}: ${reason}`);
  }
}

export function figureOf(patternId: string, figure: Partial<PatternFigure> = {}): PatternFigure {
  return {
    patternId,
    name: `name of ${patternId}`,
    status: 'discovered',
    successRate: 0.75,
    executions: 4,
    lastUsed: '2026-03-01T10:02:00Z',
    ...figure,
  };
}

/** A file as an author writes it. */
export function markdown(key: string, status = 'discovered', figures = { rate: '0', executions: '0', lastUsed: 'null' }): string {
  const { rate, executions, lastUsed } = figures;
  return `---\n${key}\nsuccess_rate: ${rate} # share\nexecutions: ${executions}\nlast_used: ${lastUsed}\nstatus: ${status}\n---\n# Body  \n\ntext\n`;
}

/** The same file, kept up to date. */
export function kept(key: string, figure: PatternFigure): string {
  return markdown(key, figure.status, {
    rate: String(Number(figure.successRate.toFixed(4))),
    executions: String(figure.executions),
    lastUsed: figure.lastUsed,
  });
}
