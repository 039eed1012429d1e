import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MetricsError, messageOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { projectUrl } from '../../project.ts';

const POM = fileURLToPath(projectUrl('neo4j/pom.xml'));
const LOCK = fileURLToPath(projectUrl('neo4j/jars.sha256'));

/** A fetch takes seconds to minutes: a folder of one that began a day ago belongs to a process that was killed. */
const ABANDONED_AFTER_MS = 24 * 3600 * 1000;

/** The jars of one Neo4j on the disk: checked, complete, never written to. */
export interface Neo4jJars {
  readonly version: string;
  readonly folder: string;
  /** The server and all it needs. */
  readonly lib: string;
  /** APOC, which Neo4j loads by itself. */
  readonly plugins: string;
}

export interface FetchNeo4jJarsOptions {
  /** The folder that holds the versions' folders, as `neo4jCacheDir` names it. */
  readonly cacheDir: string;
  /** The `mvn` command and the environment it gets; null where the machine has none, which is fine once the jars are cached. */
  readonly maven: string | null;
  readonly env: NodeJS.ProcessEnv;
  readonly logger: Logger;
  /** Called with the number of jars that have arrived, from 0 to the total, while they are fetched; not at all when they were cached. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends a fetch under way; the promise is then rejected. */
  readonly signal?: AbortSignal;
}

interface LockedJars {
  readonly version: string;
  /** Changes with any jar, so that two states of the project can share one cache. */
  readonly digest: string;
  /** SHA-256 in hex by path within the folder (`lib/neo4j-5.26.24.jar`). */
  readonly sha256: ReadonlyMap<string, string>;
}

/** `$XDG_CACHE_HOME/orchestrator-metrics`, or the same under `~/.cache`. */
export function neo4jCacheDir(env: { readonly XDG_CACHE_HOME?: string | undefined }): string {
  // The specification of these folders says that a relative one is to be ignored.
  const cache = env.XDG_CACHE_HOME !== undefined && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : join(homedir(), '.cache');
  return join(cache, 'orchestrator-metrics');
}

/** Whether the jars have been fetched (they are checked only by `fetchNeo4jJars`). */
export function neo4jJarsCached(cacheDir: string): boolean {
  return existsSync(folderOf(cacheDir, lockedJars()));
}

/**
 * The jars of the embedded Neo4j, from the cache or, once, from Maven: into a folder of this process beside the final one,
 * checked against `neo4j/jars.sha256`, then renamed. So a fetch that was cut off never counts, and of two at once the later
 * takes what the earlier one put there. Maven gets a repository of its own within that folder: two Mavens on one repository
 * can break each other. Needs 270 MB while it fetches and 119 MB after it.
 *
 * @throws MetricsError GRAPH_UNAVAILABLE: Maven failed (with its last lines), or a jar is missing, unexpected or different (named).
 */
export async function fetchNeo4jJars(options: FetchNeo4jJarsOptions): Promise<Neo4jJars> {
  const locked = lockedJars();
  const folder = folderOf(options.cacheDir, locked);
  if (!existsSync(folder)) await fetchInto(folder, locked, options);
  await checkJars(folder, locked.sha256).catch(error => {
    throw unavailable(`${messageOf(error)} Remove ${folder}: the next start fetches it again.`, error);
  });
  return { version: locked.version, folder, lib: join(folder, 'lib'), plugins: join(folder, 'plugins') };
}

async function fetchInto(folder: string, locked: LockedJars, options: FetchNeo4jJarsOptions): Promise<void> {
  const { maven, logger } = options;
  if (maven === null) throw unavailable('The jars of Neo4j are not cached and there is no Maven (mvn) to fetch them.');
  await mkdir(options.cacheDir, { recursive: true, mode: 0o700 });
  await removeAbandoned(options.cacheDir);
  const own = await mkdtemp(`${folder}.fetching-`);
  logger.info({ folder, jars: locked.sha256.size }, `Fetching Neo4j ${locked.version} with Maven, once`);
  try {
    await runMaven(maven, own, locked, options);
    await rm(join(own, 'repository'), { recursive: true, force: true });
    await checkJars(own, locked.sha256).catch(error => {
      throw unavailable(`What Maven fetched is not what neo4j/jars.sha256 lists: ${messageOf(error)}`, error);
    });
    await rename(own, folder).catch(error => {
      // Another process was first: its folder is as good.
      if (!existsSync(folder)) throw error;
    });
    logger.info({ folder }, `Fetched Neo4j ${locked.version}`);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** Exported for scripts/lock-neo4j-jars.ts: lets Maven put the jars into `folder`/lib and `folder`/plugins, using `folder`/repository. */
export function runMaven(
  maven: string,
  folder: string,
  locked: Pick<LockedJars, 'sha256'>,
  options: Pick<FetchNeo4jJarsOptions, 'env' | 'onProgress' | 'signal'>,
): Promise<void> {
  const awaited = new Set([...locked.sha256.keys()].map(path => basename(path)));
  const total = awaited.size;
  const lines: string[] = [];
  options.onProgress?.(0, total);
  return new Promise((resolve, reject) => {
    const child = spawn(maven, ['-B', '-f', POM, `-Dneo4j.jars=${folder}`, `-Dmaven.repo.local=${join(folder, 'repository')}`, 'package'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: options.env,
      ...(options.signal && { signal: options.signal }),
    });
    const onLine = (line: string): void => {
      lines.push(line);
      if (lines.length > 200) lines.shift();
      const jar = /Downloaded from .*\/([^/ ]+\.jar) /.exec(line)?.[1];
      if (jar !== undefined && awaited.delete(jar)) options.onProgress?.(total - awaited.size, total);
    };
    createInterface({ input: child.stdout }).on('line', onLine);
    createInterface({ input: child.stderr }).on('line', onLine);
    child.once('error', error => {
      // A Maven that was told to stop still writes until it has ended: then, and not before, its folder can be removed.
      if (child.pid === undefined) reject(unavailable(`Maven could not be started: ${error.message}`, error));
    });
    child.once('close', (code, signal) => {
      if (code === 0) {
        // A Maven that is told to be quiet names no downloads.
        if (awaited.size > 0) options.onProgress?.(total, total);
        resolve();
      } else reject(unavailable(`Maven could not fetch Neo4j (${signal ?? `exit code ${code}`}): ${usefulLines(lines)}`));
    });
  });
}

/** Of what Maven says when it fails: its errors without markers, repetitions and the advice to run it again in other ways. */
export function usefulLines(lines: readonly string[]): string {
  const errors = lines.filter(line => line.startsWith('[ERROR]')).map(line => line.slice('[ERROR]'.length).trim());
  const candidates = errors.length > 0 ? errors : lines.map(line => line.trim());
  const useful = candidates.filter(
    line => line !== '' && !/^(?:Re-run Maven|To see the full stack|For more information|\[Help \d+\])/.test(line),
  );
  return [...new Set(useful)].slice(-5).join('\n') || 'it said nothing';
}

/**
 * Every jar of `folder` is listed with its SHA-256, and every listed one is there.
 * @throws Error that names the first file that is missing, unexpected or different.
 */
async function checkJars(folder: string, sha256: ReadonlyMap<string, string>): Promise<void> {
  const there = new Set(await jarsIn(folder));
  for (const path of sha256.keys()) if (!there.has(path)) throw new Error(`${join(folder, path)} is missing.`);
  for (const path of there) {
    const expected = sha256.get(path);
    if (expected === undefined) throw new Error(`${join(folder, path)} is not one of the listed files.`);
    if ((await sha256Of(join(folder, path))) !== expected) throw new Error(`${join(folder, path)} differs from its listed SHA-256.`);
  }
}

/** The paths of all files under `folder`, as the list writes them, sorted. */
export async function jarsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => !entry.isDirectory()).map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return files.sort();
}

export async function sha256Of(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

function lockedJars(): LockedJars {
  const text = readFileSync(LOCK, 'utf8');
  const sha256 = new Map([...text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)].map(([, hash = '', path = '']) => [path, hash]));
  const version = /^lib\/neo4j-(\d+\.\d+\.\d+)\.jar$/m.exec([...sha256.keys()].join('\n'))?.[1];
  if (version === undefined) throw new Error(`${LOCK} lists no lib/neo4j-<version>.jar: npx tsx scripts/lock-neo4j-jars.ts remakes it`);
  return { version, digest: createHash('sha256').update(text).digest('hex').slice(0, 8), sha256 };
}

function folderOf(cacheDir: string, locked: LockedJars): string {
  return join(cacheDir, `neo4j-${locked.version}-${locked.digest}`);
}

async function removeAbandoned(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if (!/^neo4j-.*\.fetching-/.test(name)) continue;
    const path = join(cacheDir, name);
    const age = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? Date.now());
    if (age > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}

function unavailable(message: string, cause?: unknown): MetricsError {
  return new MetricsError('GRAPH_UNAVAILABLE', message, cause === undefined ? {} : { cause });
}
