import { lstatSync } from 'node:fs';
import { readdir, realpath, unlink } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { MetricsError, messageOf } from '../../errors.ts';
import { type Content, readText, type Stamp, stampOf, statsAt, TEMPORARY } from './disk-file.ts';
import { STATUSES } from './figures.ts';
import { type Identity, PatternDocument } from './pattern-document.ts';
import type { Refusal } from './yaml-part.ts';

const MARKDOWN = ['.md', '.markdown'];
const YAML = ['.yaml', '.yml'];
/** Files looked at before others get their turn. */
const AT_ONCE = 200;
const EXTENSIONS: readonly string[] = [...MARKDOWN, ...YAML];

/** `identity`: as it was when it was last read. `trouble`: why it cannot be read. `written`: the stamp that our last write gave it. */
export type PatternFile = {
  /** Within PATTERNS_DIR: `validated/rest-api.md`. */
  readonly path: string;
  /** Undefined where it changed while it was read: whose file it is shows when it is read again. */
  stamp: Stamp | undefined;
  written: Stamp | undefined;
  identity: Identity | undefined;
  trouble: string | undefined;
};

/** The pattern files of a directory, by path, as a look at it found them. */
export class FolderIndex {
  readonly #directory: string;
  #root = '';
  readonly #files = new Map<string, PatternFile>();
  /** Folders that are not read, with the reason. */
  readonly #refusedFolders = new Map<string, string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  get files(): Iterable<PatternFile> {
    return this.#files.values();
  }

  get size(): number {
    return this.#files.size;
  }

  get refusedFolders(): ReadonlyMap<string, string> {
    return this.#refusedFolders;
  }

  /** The files that changed while they were read. */
  get changing(): PatternFile[] {
    return [...this.#files.values()].filter(({ stamp }) => stamp === undefined);
  }

  /** The path on disk of a path within the directory. */
  locate(path: string): string {
    return join(this.#root, path);
  }

  /** Reads the files that are new or changed, and answers the patterns that these, or vanished ones, spoke of or speak of. Throws where there is no directory. */
  async look(): Promise<Identity[]> {
    this.#root = await realpath(this.#directory).catch(error =>
      Promise.reject(new MetricsError('STORAGE_FAILED', `PATTERNS_DIR ${this.#directory} cannot be read: ${messageOf(error)}`)),
    );
    this.#refusedFolders.clear();
    const touched: Identity[] = [];
    const gone = new Set(this.#files.keys());
    for (const folder of STATUSES) {
      for (const [index, name] of (await this.#namesIn(folder)).entries()) {
        const path = `${folder}/${name}`;
        if (index % AT_ONCE === AT_ONCE - 1) await turn();
        // Not awaited: that takes ten times as long, and there may be many.
        const stats = lstatSync(this.locate(path), { bigint: true, throwIfNoEntry: false });
        if (!stats) continue;
        gone.delete(path);
        const known = this.#files.get(path);
        if (known?.stamp === stampOf(stats)) continue;
        touched.push(...identityOf(known), ...identityOf(await this.#readAnew(path, stampOf(stats))));
      }
    }
    for (const path of gone) {
      touched.push(...identityOf(this.#files.get(path)));
      this.#files.delete(path);
    }
    return touched;
  }

  async #readAnew(path: string, stamp: Stamp): Promise<PatternFile> {
    const read = await this.read(path);
    const file: PatternFile = { path, stamp, written: undefined, identity: undefined, trouble: undefined };
    if (!read) file.stamp = undefined;
    else if ('refused' in read) file.trouble = read.refused;
    else Object.assign(file, { stamp: read.stamp, identity: read.document.identity });
    this.#files.set(path, file);
    return file;
  }

  /** A file as it is now; undefined where it is gone or just being changed. */
  async read(path: string): Promise<(Content & { document: PatternDocument }) | Refusal | undefined> {
    const content = await readText(this.locate(path));
    if (!content || 'refused' in content) return content;
    const document = PatternDocument.read(content.text, MARKDOWN.includes(extname(path).toLowerCase()));
    return 'refused' in document ? document : { ...content, document };
  }

  /** Notes that we have written a file. */
  wrote(file: PatternFile, stamp: Stamp): void {
    Object.assign(file, { stamp, written: stamp });
  }

  /** Notes that we have moved a file; a move gives it another stamp. */
  moved(file: PatternFile, path: string, stamp: Stamp | undefined): void {
    this.#files.delete(file.path);
    this.#files.set(path, { ...file, path, stamp, written: stamp });
  }

  async #namesIn(folder: string): Promise<string[]> {
    const path = this.locate(folder);
    try {
      const stats = await statsAt(path);
      if (!stats) return [];
      if (!stats.isDirectory()) return this.#refuseFolder(folder, 'it must be a folder of its own, not a link or a file');
      const names = await readdir(path);
      if (names.includes(TEMPORARY)) await unlink(join(path, TEMPORARY));
      return names.filter(name => !name.startsWith('.') && EXTENSIONS.includes(extname(name).toLowerCase())).sort();
    } catch (error) {
      return this.#refuseFolder(folder, `it cannot be read: ${messageOf(error)}`);
    }
  }

  #refuseFolder(folder: string, reason: string): [] {
    this.#refusedFolders.set(folder, reason);
    return [];
  }
}

function identityOf(file: PatternFile | undefined): Identity[] {
  return file?.identity ? [file.identity] : [];
}
