/**
 * The service's own Neo4j: Community 5.26 as a child process, for machines where nobody runs one.
 *
 * In: the jars (`fetchNeo4jJars`), a Java (`findNeo4jTools`) and a directory that is Neo4j's home. Out: a bolt address with its
 * user and password, a promise that tells when the process ends, and `stop`.
 *
 * What always holds:
 * - It listens on 127.0.0.1 only, by bolt only; it reports nothing to anybody; of APOC only what @neo4j/graphql calls can be
 *   called; Cypher cannot read the machine's files.
 * - The password is random, stands in `directory`/password (0600, in a folder of 0700), and on no command line and in no log.
 * - One process a home. Where this process is killed, the kernel ends Neo4j on Linux (`setpriv --pdeathsig`, of util-linux:
 *   the signal comes when the *thread* ends that started it, so start it from the main thread); elsewhere, and without
 *   setpriv, it stays until the next start finds it by its pid file and ends it.
 * - Nothing is written to our standard output: Neo4j's goes to `directory`/logs.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { chmod, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MetricsError, messageOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { beginConsoleLog, lastLines, whatToDo } from './neo4j-logs.ts';
import { ensurePassword } from './neo4j-password.ts';
import { endEarlierNeo4j, giveWay, removePidFile, STOP_GRACE_MS, writePidFile } from './neo4j-process.ts';
import { attempt, DATABASE, USERNAME } from './neo4j-readiness.ts';
import { javaArguments, type Neo4jSettings, neo4jConfiguration } from './neo4j-settings.ts';

export { type FetchNeo4jJarsOptions, fetchNeo4jJars, type Neo4jJars, neo4jCacheDir, neo4jJarsCached } from './neo4j-jars.ts';
export { type FoundTools, findNeo4jTools, type MissingTools } from './neo4j-tools.ts';

/** A start takes 7 s on two cores; a recovery after a kill, or a machine under load, takes longer. */
const START_TIMEOUT_MS = 180_000;
const POLL_MS = 200;

export interface EmbeddedNeo4jOptions extends Neo4jSettings {
  /** Neo4j's home, `STATE_DIR/neo4j`; made if missing. */
  readonly directory: string;
  /** The `java` command, version 17 or 21. */
  readonly java: string;
  readonly logger: Logger;
  /** A free one where none is given. */
  readonly boltPort?: number;
  readonly startTimeoutMs?: number;
  /** Ends a start under way; the promise is rejected once the process has ended. */
  readonly signal?: AbortSignal;
}

export interface Neo4jExit {
  /** Whether `stop` was called. */
  readonly requested: boolean;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines of this process's logs. */
  readonly lastLines: readonly string[];
}

export interface EmbeddedNeo4j {
  readonly uri: string;
  readonly username: string;
  readonly password: string;
  readonly database: 'neo4j';
  readonly pid: number;
  /** Fulfilled, never rejected, once the process has ended, for whatever reason. Then `startEmbeddedNeo4j` can be called again. */
  readonly exited: Promise<Neo4jExit>;
  /** SIGTERM, and SIGKILL after 20 s. Fulfilled once the process has ended; can be called again. */
  stop(): Promise<void>;
}

/**
 * Starts Neo4j in `directory` and waits until it answers a query. One that an earlier service left there is ended first. What
 * is in the database stays over restarts.
 *
 * @throws MetricsError GRAPH_UNAVAILABLE: it did not start (with the last lines of its log and what to do), the port is taken,
 *   the kept password is not the database's, or the service that runs this home lives.
 */
export async function startEmbeddedNeo4j(options: EmbeddedNeo4jOptions): Promise<EmbeddedNeo4j> {
  const directory = await prepareHome(options.directory);
  const { logger } = options;
  await endEarlierNeo4j(directory, logger);
  const password = await ensurePassword(directory);
  const port = await freePort(options.boltPort ?? 0);
  await writeFile(join(directory, 'conf/neo4j.conf'), neo4jConfiguration(options, port), { mode: 0o600 });
  options.signal?.throwIfAborted();

  const running = await spawnNeo4j(directory, options);
  const uri = `bolt://127.0.0.1:${port}`;
  logger.info({ uri, pid: running.pid, directory }, 'Starting Neo4j');
  try {
    await untilReady(running, uri, password, directory, options);
  } catch (error) {
    await running.stop();
    throw error;
  }
  logger.info({ uri, pid: running.pid }, 'Neo4j is up');
  return { uri, username: USERNAME, password, database: DATABASE, ...running };
}

type RunningNeo4j = Pick<EmbeddedNeo4j, 'pid' | 'exited' | 'stop'>;

/** The home with its folders, for its owner only, by its one true path (which the command line then names). */
async function prepareHome(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const directory = await realpath(resolve(path));
  await chmod(directory, 0o700);
  for (const name of ['conf', 'logs']) await mkdir(join(directory, name), { recursive: true, mode: 0o700 });
  // Native libraries that Java unpacks; a kill leaves them.
  await rm(join(directory, 'tmp'), { recursive: true, force: true });
  await mkdir(join(directory, 'tmp'), { mode: 0o700 });
  return directory;
}

async function spawnNeo4j(directory: string, options: EmbeddedNeo4jOptions): Promise<RunningNeo4j> {
  const logs = join(directory, 'logs');
  const command = [...(await endWithParent()), options.java, ...javaArguments(directory, options)];
  const { file, mark } = await beginConsoleLog(logs);
  const output = openSync(file, 'w', 0o600);
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: directory,
    stdio: ['ignore', output, output],
    // Of our environment, which may hold keys, it gets nothing but what lets Java read UTF-8 paths.
    env: { LC_ALL: 'C.UTF-8' },
    // A process group of its own: Ctrl-C in a terminal reaches us alone, and we end it when our work is done.
    detached: true,
  });
  closeSync(output);
  const supervised = superviseChild(child, () => lastLines(logs, mark), directory);
  try {
    if (child.pid !== undefined) {
      writePidFile(directory, child.pid);
      giveWay(child.pid);
    }
  } catch (error) {
    child.kill('SIGKILL');
    throw unavailable(`The pid file of Neo4j cannot be written: ${messageOf(error)}`, error);
  }
  return await supervised;
}

/** `setpriv --pdeathsig TERM`, where the machine has it: see the top of this file. */
async function endWithParent(): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  for (const setpriv of ['/usr/bin/setpriv', '/bin/setpriv', '/usr/local/bin/setpriv']) {
    const prefix = ['--pdeathsig', 'TERM'];
    // Small systems have a setpriv without that option.
    const works = await new Promise(done => execFile(setpriv, [...prefix, process.execPath, '--version'], error => done(error === null)));
    if (works) return [setpriv, ...prefix];
  }
  return [];
}

/** Rejected where the program could not be started at all. */
function superviseChild(child: ChildProcess, lines: () => Promise<string[]>, directory: string): Promise<RunningNeo4j> {
  let requested = false;
  // For the ends of this process that skip `stop`, where there is no setpriv.
  const onProcessExit = () => child.kill('SIGTERM');
  const exited = new Promise<Neo4jExit>(resolve => {
    child.once('exit', (code, signal) => {
      process.removeListener('exit', onProcessExit);
      if (child.pid !== undefined) removePidFile(directory, child.pid);
      lines().then(
        lastLines => resolve({ requested, code, signal, lastLines }),
        () => resolve({ requested, code, signal, lastLines: [] }),
      );
    });
  });
  const stop = async (): Promise<void> => {
    requested = true;
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
    await exited;
    clearTimeout(kill);
  };
  return new Promise((resolve, reject) => {
    child.on('error', error => reject(unavailable(`Java could not be started: ${messageOf(error)}`, error)));
    child.once('spawn', () => {
      process.once('exit', onProcessExit);
      resolve({ pid: child.pid ?? 0, exited, stop });
    });
  });
}

/** Asks over bolt, as every later user will, and never after the process has ended: its port may be somebody else's by then. */
async function untilReady(
  running: RunningNeo4j,
  uri: string,
  password: string,
  directory: string,
  options: EmbeddedNeo4jOptions,
): Promise<void> {
  let exit: Neo4jExit | undefined;
  void running.exited.then(value => {
    exit = value;
  });
  const timeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS;
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await Promise.race([sleep(POLL_MS), running.exited])) {
    options.signal?.throwIfAborted();
    if (exit !== undefined) throw startFailed(`it ended (${exit.signal ?? `exit code ${exit.code}`})`, exit.lastLines, directory);
    const state = await attempt(uri, password).catch(async error => {
      await running.stop();
      throw startFailed(messageOf(error), (await running.exited).lastLines, directory);
    });
    if (state === 'ready') return;
  }
  await running.stop();
  throw startFailed(`it did not answer within ${timeoutMs / 1000} s`, (await running.exited).lastLines, directory);
}

function startFailed(how: string, lines: readonly string[], directory: string): MetricsError {
  const log = lines.length === 0 ? 'It wrote no log.' : `Its last log lines:\n${lines.join('\n')}`;
  return unavailable(`Neo4j in ${directory} did not start: ${how}. ${whatToDo(how, lines)} ${log}`);
}

/**
 * The port, if nothing listens on it (0: a free one). Without this check a Neo4j that fails to listen would leave us talking to
 * whatever does, with our password.
 */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', error =>
      reject(unavailable(`Neo4j cannot listen on 127.0.0.1:${wanted} (${error.message}): choose another port, or none.`, error)),
    );
    server.listen({ host: '127.0.0.1', port: wanted, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : wanted));
    });
  });
}

function unavailable(message: string, cause?: unknown): MetricsError {
  return new MetricsError('GRAPH_UNAVAILABLE', message, cause === undefined ? {} : { cause });
}
