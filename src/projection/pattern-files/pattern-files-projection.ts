import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { MetricsError, messageOf } from '../../errors.ts';
import { bytesBetween, type Position, START, type Stretch } from '../../log/log.ts';
import type { Logger } from '../../logger.ts';
import type { Projection } from '../projection.ts';
import { codeOf, moveFile, replaceText, stampAt, statsAt, syncFolder } from './disk-file.ts';
import type { PatternFigure, PatternFigures, PatternStatus } from './figures.ts';
import { FolderIndex, type PatternFile } from './folder-index.ts';
import { type Owners, ownersOf, PatternNames } from './owners.ts';
import { type Refusal, refuse } from './yaml-part.ts';

/** Between the end of one round and the next: no file is written more often. */
const SHORTEST_REST_MS = 1000;
/** For each file and pattern. Looking at a file takes some 10 µs of the process's thread: a twentieth of the time, however many there are. */
const REST_MS_EACH = 0.2;
/** While executions are recorded, writing takes at most a tenth of the time: syncs of files hold up those of the logs. */
const BREATH_PER_FILE = 9;
const LONGEST_BREATH_MS = 500;
/** A file that another program changed less than this ago may be half written. */
const SETTLED_MS = 1000;
/** How often a round waits for files that others are changing; what is left then waits for the next execution. */
const PATIENCE = 5;
/** Failures of the disk and not of one file: all files have to wait. */
const DISK_FAILURES = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'];
/** Of the files that are in trouble, as many are named in the projection's state; each is in the service's log. */
const NAMED_TROUBLES = 3;

export type PatternFilesOptions = Readonly<{
  /** PATTERNS_DIR, absolute. */
  directory: string;
  figures: PatternFigures;
  /** How far the logs reach now. */
  logEnd: () => Position;
  logger: Logger;
  /** Milliseconds since 1970: the clock of the files' times. */
  clock: () => number;
}>;

/** `again`: the file could not be written yet. */
type Outcome = 'done' | 'again' | Refusal;

/**
 * The projection into pattern files. It stores no position: `load` compares every file with what the questions say at the
 * logs' end, and answers that. Its methods throw STORAGE_FULL or STORAGE_FAILED where the disk takes nothing, and what the
 * questions throw; a trouble of one file is not thrown but told by `trouble`.
 */
export class PatternFilesProjection implements Projection {
  readonly name = 'pattern-files';
  readonly disposable = false;
  readonly #options: PatternFilesOptions;
  readonly #index: FolderIndex;
  readonly #names = new PatternNames();
  /** By pattern_id, as they were last asked for. */
  #figures = new Map<string, PatternFigure>();
  /** Patterns whose file may not say what the logs say. */
  readonly #due = new Set<string>();
  /** Troubles of writing or moving, by path; those of reading are in the index. */
  readonly #troubles = new Map<string, string>();
  #owners: Owners = { fileOf: new Map(), troubles: new Map() };
  #reported = new Map<string, string>();
  /** When the next round may begin, in milliseconds of `performance.now()`. */
  #restUntil = Number.NEGATIVE_INFINITY;
  /** Where the logs ended when the last file was written. */
  #seenEnd = START;
  readonly #stopping = new AbortController();

  constructor(options: PatternFilesOptions) {
    this.#options = options;
    this.#index = new FolderIndex(options.directory);
  }

  async load(): Promise<Position> {
    const position = this.#options.logEnd();
    this.#figures = new Map();
    await this.#rounds(position);
    return position;
  }

  /** The rows do not matter: what has changed is seen by the figures. */
  async advance({ to }: Pick<Stretch, 'to'>): Promise<void> {
    await this.#rounds(to);
  }

  /** The files are the state: comparing them anew is all there is to do. */
  async reset(): Promise<void> {}

  /** What a person has to mend, in one line; undefined where every file is kept up to date. */
  trouble(): string | undefined {
    const all = [...this.#reported].map(([path, reason]) => `${path}: ${reason}`);
    if (all.length === 0) return undefined;
    const more = all.length > NAMED_TROUBLES ? `; and ${all.length - NAMED_TROUBLES} more, see the log` : '';
    return `not kept up to date: ${all.slice(0, NAMED_TROUBLES).join('; ')}${more}`;
  }

  /** Ends after the file in hand. What is then left over is found by the comparison at the next start. */
  stop(): void {
    this.#stopping.abort();
  }

  /** One round, and more while others are changing a file. */
  async #rounds(asOf: Position): Promise<void> {
    for (let tries = 1; tries <= PATIENCE && !this.#stopping.signal.aborted; tries++) {
      await this.#pause(Math.max(0, this.#restUntil - performance.now()));
      try {
        if (tries === 1) await this.#ask(asOf);
        await this.#look();
        await this.#write();
        if (tries === PATIENCE) this.#giveUp();
      } finally {
        this.#restUntil = performance.now() + Math.max(SHORTEST_REST_MS, (this.#index.size + this.#figures.size) * REST_MS_EACH);
        this.#report();
      }
      if (this.#due.size === 0 && this.#index.changing.length === 0) return;
    }
  }

  /** Every pattern whose figures are others than before is due. */
  async #ask(asOf: Position): Promise<void> {
    const figures = await this.#options.figures(asOf);
    for (const figure of figures) {
      this.#names.see(figure);
      if (!isDeepStrictEqual(figure, this.#figures.get(figure.patternId))) this.#due.add(figure.patternId);
    }
    this.#figures = new Map(figures.map(figure => [figure.patternId, figure]));
  }

  /** Every pattern is due whose file is new, changed, gone or was in trouble. */
  async #look(): Promise<void> {
    for (const identity of await this.#index.look()) for (const id of this.#names.idsOf(identity)) this.#due.add(id);
    this.#owners = ownersOf(this.#index.files, this.#names);
    if (this.#troubles.size === 0) return;
    for (const [id, { path }] of this.#owners.fileOf) if (this.#troubles.has(path)) this.#due.add(id);
  }

  /** Writes the files of the patterns that are due; what cannot be written yet stays due. */
  async #write(): Promise<void> {
    const written = new Set<string>();
    for (const id of [...this.#due]) {
      if (this.#stopping.signal.aborted) break;
      const file = this.#owners.fileOf.get(id);
      const figure = this.#figures.get(id);
      if (!file || !figure) {
        this.#due.delete(id);
        continue;
      }
      const began = performance.now();
      if (await this.#bring(file, figure, written)) this.#due.delete(id);
      await this.#breathe(performance.now() - began);
    }
    for (const folder of written) await syncFolder(this.#index.locate(folder));
  }

  /** Recording goes first. */
  async #breathe(tookMs: number): Promise<void> {
    const end = this.#options.logEnd();
    if (bytesBetween(this.#seenEnd, end) === 0) return;
    this.#seenEnd = end;
    await this.#pause(Math.min(LONGEST_BREATH_MS, tookMs * BREATH_PER_FILE));
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  /** Brings one file to what a figure says; false where it has to be tried again. `written` takes the folders to sync. */
  async #bring(file: PatternFile, figure: PatternFigure, written: Set<string>): Promise<boolean> {
    try {
      const outcome = await this.#update(file, figure, written);
      this.#troubles.delete(file.path);
      if (typeof outcome === 'object') this.#troubles.set(file.path, outcome.refused);
      return outcome !== 'again';
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (DISK_FAILURES.includes(code)) throw diskFailure(this.#index.locate(file.path), code, error);
      // Gone, or its folder is: looked for in the next round.
      if (code === 'ENOENT') return false;
      this.#troubles.set(file.path, `it cannot be written: ${messageOf(error)}`);
      return true;
    }
  }

  async #update(file: PatternFile, figure: PatternFigure, written: Set<string>): Promise<Outcome> {
    const read = await this.#index.read(file.path);
    if (!read) return 'again';
    if ('refused' in read) return read;
    if (!isDeepStrictEqual(read.document.identity, file.identity)) return 'again';
    const text = read.document.with(figure);
    if (typeof text !== 'string') return text;
    const target = await this.#placeOf(figure.status, file);
    if (text === read.text && target === file.path) return 'done';
    if (read.stamp !== file.written && Math.abs(this.#options.clock() - Number(read.stats.mtimeMs)) < SETTLED_MS) return 'again';
    if (!(await statsAt(this.#index.locate(folderOf(file.path))))?.isDirectory()) return 'again';
    if (text !== read.text) {
      const stamp = await replaceText(this.#index.locate(file.path), text, read);
      if (stamp === undefined) return 'again';
      written.add(folderOf(file.path));
      this.#index.wrote(file, stamp);
    }
    return target === file.path ? 'done' : this.#move(file, target);
  }

  /** Where the file of a pattern with that status belongs: deprecated patterns have a folder only where somebody made it. */
  async #placeOf(status: PatternStatus, { path }: PatternFile): Promise<string> {
    const leaves = status !== 'deprecated' || (await statsAt(this.#index.locate(status))) !== undefined;
    return leaves ? `${status}/${path.slice(path.indexOf('/') + 1)}` : path;
  }

  async #move(file: PatternFile, target: string): Promise<Outcome> {
    const folder = await statsAt(this.#index.locate(folderOf(target)));
    if (folder && !folder.isDirectory()) return refuse(`it belongs to ${target}, but ${folderOf(target)} is no folder`);
    if (!(await moveFile(this.#index.locate(file.path), this.#index.locate(target))))
      return refuse(`it belongs to ${target}, but a file of that name is there: give one of them another name`);
    this.#options.logger.info({ file: file.path, to: target }, 'pattern file moved to the folder of its status');
    this.#index.moved(file, target, await stampAt(this.#index.locate(target)));
    return 'done';
  }

  #giveUp(): void {
    const owned = [...this.#due].flatMap(id => this.#owners.fileOf.get(id) ?? []);
    for (const { path } of [...owned, ...this.#index.changing])
      this.#troubles.set(path, 'another program keeps changing it: it is tried again with the next execution');
  }

  /** Logs each new trouble once. */
  #report(): void {
    const found = new Map<string, string>(this.#index.refusedFolders);
    for (const { path, trouble } of this.#index.files) {
      const reason = trouble ?? this.#owners.troubles.get(path) ?? this.#troubles.get(path);
      if (reason !== undefined) found.set(path, reason);
    }
    for (const [path, reason] of found) {
      if (this.#reported.get(path) === reason) continue;
      this.#options.logger.warn({ file: this.#index.locate(path), reason }, 'pattern file not kept up to date');
    }
    this.#reported = found;
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.indexOf('/'));
}

function diskFailure(path: string, code: string, cause: unknown): MetricsError {
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  if (full) return new MetricsError('STORAGE_FULL', `${path}: no space left; pattern files wait until there is some`, { cause });
  return new MetricsError('STORAGE_FAILED', `${path}: ${messageOf(cause)}; pattern files wait until the disk is well`, { cause });
}
