import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, connect as openSocket } from 'node:net';
import { getPriority, networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import neo4j, { type Driver } from 'neo4j-driver';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createLogger } from '../../../src/logger.ts';
import { fetchNeo4jJars } from '../../../src/projection/graph/embedded-neo4j.ts';
import { describeWithNeo4j, type OwnNeo4j, startOwnNeo4j, testNeo4j } from '../../support/neo4j.ts';
import { endsWithin, isRunning } from '../../support/processes.ts';

// Each start costs 5 s of both cores, and a busy machine takes several times as long.
vi.setConfig({ testTimeout: 240_000 });

const logger = createLogger('silent');
const onLinux = process.platform === 'linux';

const folders: string[] = [];
const running: OwnNeo4j[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.cleanUp();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-neo4j-'));
  folders.push(folder);
  return folder;
}

async function start(options: Parameters<typeof startOwnNeo4j>[0] = {}): Promise<OwnNeo4j> {
  const server = await startOwnNeo4j(options);
  running.push(server);
  return server;
}

describeWithNeo4j('the jars of Neo4j', () => {
  let cacheDir: string;
  let folder: string;

  beforeAll(async () => {
    const { jars } = testNeo4j();
    cacheDir = await mkdtemp(join(tmpdir(), 'neo4j-cache-'));
    folder = join(cacheDir, jars.folder.slice(jars.folder.lastIndexOf('/') + 1));
    await cp(jars.folder, folder, { recursive: true });
  });
  afterAll(() => rm(cacheDir, { recursive: true, force: true }));

  const fetchCached = () => fetchNeo4jJars({ cacheDir, maven: null, env: {}, logger });

  it('come from the cache, without Maven, once they are there', async () => {
    expect(await fetchCached()).toEqual({ version: '5.26.24', folder, lib: join(folder, 'lib'), plugins: join(folder, 'plugins') });
  });

  it('are refused by name when one differs, is missing or is not listed', async () => {
    const apoc = join(folder, 'plugins/apoc-core-5.26.19.jar');
    const whole = await readFile(apoc);
    const corrupt = Buffer.from(whole);
    corrupt.writeUInt8(corrupt.readUInt8(1000) ^ 1, 1000);

    await writeFile(apoc, corrupt);
    await expect(fetchCached()).rejects.toThrow(
      `${apoc} differs from its listed SHA-256. Remove ${folder}: the next start fetches it again.`,
    );
    await rm(apoc);
    await expect(fetchCached()).rejects.toThrow(`${apoc} is missing.`);
    await writeFile(apoc, whole);
    await writeFile(join(folder, 'lib/extra.jar'), '');
    await expect(fetchCached()).rejects.toMatchObject({
      code: 'GRAPH_UNAVAILABLE',
      message: expect.stringContaining('lib/extra.jar is not one of the listed files.'),
    });
    await rm(join(folder, 'lib/extra.jar'));
    await expect(fetchCached()).resolves.toMatchObject({ folder });
  });
});

/** A stand-in for mvn that runs `script` with $TARGET as the folder for lib and plugins, and $JARS as a folder that has them. */
async function standInForMaven(script: string): Promise<string> {
  const command = join(await temporaryFolder(), 'mvn');
  const target = 'for a in "$@"; do case "$a" in -Dneo4j.jars=*) TARGET="$' + '{a#-Dneo4j.jars=}";; esac; done';
  await writeFile(command, `#!/bin/sh\nJARS='${testNeo4j().jars.folder}'\n${target}\n${script}\n`, { mode: 0o755 });
  return command;
}

describeWithNeo4j('fetching the jars of Neo4j', () => {
  const { PATH } = process.env;
  const copyAll =
    'for j in "$JARS"/lib/*.jar; do echo "[INFO] Downloaded from a: b/$(basename $j) (1 kB)"; done; cp -r "$JARS"/* "$TARGET"';

  it('is done once by two at the same time, and neither sees a part', async () => {
    const cacheDir = await temporaryFolder();
    const maven = await standInForMaven(`mkdir "$TARGET/repository"; sleep 0.2; ${copyAll}`);
    const progress: [number, number][] = [];
    const fetchOnce = () =>
      fetchNeo4jJars({ cacheDir, maven, env: { PATH }, logger, onProgress: (done, total) => progress.push([done, total]) });
    const [one, other] = await Promise.all([fetchOnce(), fetchOnce()]);
    expect(one).toEqual(other);
    expect(await readdir(cacheDir)).toHaveLength(1);
    expect(await readdir(one.folder)).toEqual(['lib', 'plugins']);
    expect(progress[0]).toEqual([0, 216]);
    expect(progress.at(-1)).toEqual([216, 216]);
  });

  it('takes nothing from a fetch that was cut off, and removes it after a day', async () => {
    const cacheDir = await temporaryFolder();
    const half = (age: string) => join(cacheDir, `neo4j-5.26.24-00000000.fetching-${age}`);
    await mkdir(half('new'));
    await mkdir(half('old'));
    await utimes(half('old'), 1, 1);
    const cutOff = await standInForMaven('mkdir "$TARGET/lib"; kill -9 $$');
    await expect(fetchNeo4jJars({ cacheDir, maven: cutOff, env: { PATH }, logger })).rejects.toThrow(
      'Maven could not fetch Neo4j (SIGKILL)',
    );
    expect(await readdir(cacheDir)).toEqual(['neo4j-5.26.24-00000000.fetching-new']);
  });

  it('carries what Maven said', async () => {
    const maven = await standInForMaven(
      'echo "[INFO] Scanning"; echo "[ERROR] Could not transfer artifact x: Connection refused"; echo "[ERROR] [Help 1] y"; exit 1',
    );
    await expect(fetchNeo4jJars({ cacheDir: await temporaryFolder(), maven, env: { PATH }, logger })).rejects.toMatchObject({
      code: 'GRAPH_UNAVAILABLE',
      message: 'Maven could not fetch Neo4j (exit code 1): Could not transfer artifact x: Connection refused',
    });
  });

  it('refuses what Maven fetched if it is not what is listed', async () => {
    const cacheDir = await temporaryFolder();
    const maven = await standInForMaven(`${copyAll}; rm "$TARGET/lib/neo4j-bolt-5.26.24.jar"`);
    await expect(fetchNeo4jJars({ cacheDir, maven, env: { PATH }, logger })).rejects.toThrow(/neo4j-bolt-5\.26\.24\.jar is missing/);
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it('ends when it is told to', async () => {
    const cacheDir = await temporaryFolder();
    const maven = await standInForMaven('exec sleep 60');
    const fetching = fetchNeo4jJars({ cacheDir, maven, env: { PATH }, logger, signal: AbortSignal.timeout(300) });
    await expect(fetching).rejects.toThrow('Maven could not fetch Neo4j (SIGTERM)');
    expect(await readdir(cacheDir)).toEqual([]);
  });
});

function driverFor(server: { uri: string; username: string }, password: string): Driver {
  return neo4j.driver(server.uri, neo4j.auth.basic(server.username, password), { maxTransactionRetryTime: 0 });
}

async function ask(server: OwnNeo4j, cypher: string, parameters: Record<string, unknown> = {}): Promise<unknown> {
  const driver = driverFor(server, server.password);
  try {
    const { records } = await driver.executeQuery(cypher, parameters, { database: server.database });
    return records[0]?.get(0);
  } finally {
    await driver.close();
  }
}

function portOf(server: { uri: string }): number {
  return Number(new URL(server.uri).port);
}

/** 'connected' or the error's code. */
function tryConnect(host: string, port: number): Promise<string> {
  return new Promise(resolve => {
    const socket = openSocket({ host, port, timeout: 2_000 });
    const end = (outcome: string) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once('connect', () => end('connected'));
    socket.once('timeout', () => end('timeout'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
}

describeWithNeo4j('the embedded Neo4j', () => {
  let server: OwnNeo4j;
  beforeAll(async () => {
    server = await startOwnNeo4j();
  });
  afterAll(() => server.cleanUp());

  it('keeps its password where only its owner can read it, and nowhere else', async () => {
    const { directory, password, pid } = server;
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(directory, 'password'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(directory, 'password'), 'utf8')).toBe(`${password}\n`);
    expect(password).toMatch(/^[\w-]{32}$/);
    const holding = [];
    for (const file of await filesUnder(directory)) if ((await readFile(file)).includes(password)) holding.push(file);
    expect(holding).toEqual([join(directory, 'password')]);
    if (onLinux) {
      expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(password);
      expect(await readFile(`/proc/${pid}/environ`, 'utf8')).toBe('LC_ALL=C.UTF-8\0');
    }
  });

  it('lets in the password it made and no other', async () => {
    expect(await ask(server, 'RETURN "in"')).toBe('in');
    for (const wrong of ['neo4j', `${server.password}x`]) {
      const driver = driverFor(server, wrong);
      await expect(driver.executeQuery('RETURN 1')).rejects.toMatchObject({ code: 'Neo.ClientError.Security.Unauthorized' });
      await driver.close();
    }
  });

  it('listens on one port of 127.0.0.1 and nowhere else', async () => {
    expect(await tryConnect('127.0.0.1', portOf(server))).toBe('connected');
    const others = Object.values(networkInterfaces()).flatMap(list =>
      (list ?? []).filter(address => !address.internal && !address.scopeid),
    );
    for (const { address } of others) expect(await tryConnect(address, portOf(server)), address).toBe('ECONNREFUSED');
    if (!onLinux) return;
    expect(await listeningPorts(server.pid)).toEqual([`127.0.0.1:${portOf(server)}`]);
  });

  it.skipIf(!onLinux)('runs at a lower priority, with all its threads', async () => {
    const threads = (await readdir(`/proc/${server.pid}/task`)).map(Number);
    expect(threads.length).toBeGreaterThan(10);
    // Of what has ended meanwhile there is none.
    const isThere = (thread: number) => existsSync(`/proc/${server.pid}/task/${thread}`);
    for (const thread of threads) if (isThere(thread)) expect(getPriority(thread)).toBe(5);
    const group = await readFile(`/proc/${server.pid}/autogroup`, 'utf8').catch(() => undefined);
    if (group !== undefined) expect(group).toMatch(/ nice 5$/m);
  });

  it('offers what the graph schema calls, and no more of APOC', async () => {
    const format = "apoc.date.convertFormat('2025-11-07T00:00:00Z', 'iso_zoned_date_time', 'iso_offset_date_time')";
    expect(await ask(server, `RETURN ${format}`)).toBe('2025-11-07T00:00:00Z');
    expect(await ask(server, "RETURN apoc.util.validatePredicate(false, 'never', [])")).toBe(true);
    await ask(server, "CALL apoc.util.validate(false, 'never', [])");
    expect(await ask(server, 'CALL dbms.components() YIELD versions RETURN versions[0]')).toBe('5.26.24');
    await ask(server, 'CREATE FULLTEXT INDEX words IF NOT EXISTS FOR (n:Word) ON EACH [n.text]');
    await ask(server, 'CALL db.awaitIndexes(30)');
    await ask(server, "CALL db.index.fulltext.queryNodes('words', 'a') YIELD node RETURN node");
    expect(await ask(server, "SHOW PROCEDURES YIELD name WHERE name STARTS WITH 'apoc' RETURN collect(name)")).toEqual([
      'apoc.util.validate',
    ]);
    await expect(ask(server, "CALL apoc.cypher.run('RETURN 1', {})")).rejects.toMatchObject({
      code: 'Neo.ClientError.Procedure.ProcedureNotFound',
    });
    await expect(ask(server, "RETURN apoc.text.join(['a'], '')")).rejects.toThrow('Unknown function');
  });

  it('does not read files of the machine', async () => {
    await expect(ask(server, "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line")).rejects.toThrow('allow_csv_import_from_file_urls');
  });

  it('is not started twice in one home', async () => {
    await expect(startOwnNeo4j({ directory: server.directory })).rejects.toThrow(
      `belongs to a running service (process ${process.pid}). Stop that one, or set STATE_DIR to another folder.`,
    );
    expect(await ask(server, 'RETURN "still up"')).toBe('still up');
  });

  it('does not talk to whoever holds the port it was given', async () => {
    const squatter = createServer(() => expect.unreachable('nobody may connect'));
    await new Promise<void>(resolve => squatter.listen(0, '127.0.0.1', resolve));
    const address = squatter.address();
    const boltPort = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(startOwnNeo4j({ directory: await temporaryFolder(), boltPort })).rejects.toThrow(`cannot listen on 127.0.0.1:${boltPort}`);
    await new Promise(resolve => squatter.close(resolve));
  });
});

/** What `/proc` says that the process listens on, as `address:port`. */
async function listeningPorts(pid: number): Promise<string[]> {
  const links = await Promise.all((await readdir(`/proc/${pid}/fd`)).map(fd => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  const own = new Set(links.map(link => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
  const tables = (await readFile(`/proc/${pid}/net/tcp`, 'utf8')) + (await readFile(`/proc/${pid}/net/tcp6`, 'utf8'));
  const listening = tables
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(fields => fields[3] === '0A' && own.has(fields[9]));
  return listening.map(fields => {
    const [address = '', port = ''] = (fields[1] ?? '').split(':');
    const loopback = address === '0100007F' || address === '0000000000000000FFFF00000100007F';
    return `${loopback ? '127.0.0.1' : address}:${Number.parseInt(port, 16)}`;
  });
}

describeWithNeo4j('starting and stopping the embedded Neo4j', () => {
  it('keeps its data and its password over a stop and over a kill; a stop leaves nothing, and a kill is told', async () => {
    const listeners = process.listenerCount('exit');
    const directory = await temporaryFolder();
    const first = await start({ directory });
    await ask(first, 'CREATE (:Kept {value: $value})', { value: 'yes' });
    await first.stop();
    await first.stop();
    expect(await first.exited).toMatchObject({ requested: true, code: 0, signal: null });
    expect(isRunning(first.pid)).toBe(false);
    expect(await readdir(directory)).not.toContain('pid');
    expect(process.listenerCount('exit')).toBe(listeners);

    const second = await start({ directory });
    expect(second.password).toBe(first.password);
    expect(await ask(second, 'MATCH (n:Kept) RETURN n.value')).toBe('yes');

    process.kill(second.pid, 'SIGKILL');
    expect(await second.exited).toMatchObject({ requested: false, code: null, signal: 'SIGKILL' });
    const third = await start({ directory });
    expect(await ask(third, 'MATCH (n:Kept) RETURN n.value')).toBe('yes');
  });

  it('sets a password that was written but not set before a kill, and names what is wrong with a home', async () => {
    const directory = await temporaryFolder();
    await writeFile(join(directory, 'password'), 'written-before-the-kill\n', { mode: 0o644 });
    const server = await start({ directory });
    expect(server.password).toBe('written-before-the-kill');
    expect((await stat(join(directory, 'password'))).mode & 0o777).toBe(0o600);
    await server.stop();

    await writeFile(join(directory, 'password'), 'not-the-one-that-was-set\n');
    await expect(start({ directory })).rejects.toThrow(
      /does not take the password kept for it\. Put its folder back from a copy, or remove it/,
    );

    await writeFile(join(directory, 'password'), server.password);
    await writeFile(join(directory, 'data/databases/neo4j/neostore'), 'garbage');
    await rm(join(directory, 'data/transactions/neo4j'), { recursive: true });
    await expect(start({ directory })).rejects.toThrow(
      /did not start: it cannot open its database .* or remove it: the graph is made again/,
    );
  });

  it('says why it does not start', async () => {
    const directory = await temporaryFolder();
    await expect(start({ directory, heapMb: 1 })).rejects.toMatchObject({
      code: 'GRAPH_UNAVAILABLE',
      message: expect.stringMatching(
        /did not start: it ended \(exit code 1\)\. Its heap is too small: .*\nError occurred during initialization/,
      ),
    });
    await expect(start({ directory, java: '/nonexistent/java' })).rejects.toThrow(/nonexistent/);
    await expect(start({ directory, startTimeoutMs: 500 })).rejects.toThrow('it did not answer within 0.5 s');
    await expect(start({ directory, signal: AbortSignal.timeout(1_000) })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await readdir(directory)).not.toContain('pid');
  });
});

/** A Node process of its own that starts Neo4j in `directory` and then does nothing. */
async function startOwner(directory: string): Promise<{ owner: ChildProcess; neo4jPid: number }> {
  const { java, jars } = testNeo4j();
  const modules = new URL('../../../src/', import.meta.url);
  const script = `
    const { startEmbeddedNeo4j } = await import('${new URL('projection/graph/embedded-neo4j.ts', modules)}');
    const { createLogger } = await import('${new URL('logger.ts', modules)}');
    const server = await startEmbeddedNeo4j({ ...${JSON.stringify({ directory, java, jars, heapMb: 256 })}, logger: createLogger('silent') });
    console.log(server.pid);
  `;
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const neo4jPid = await new Promise<number>((resolve, reject) => {
    owner.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())));
    owner.once('exit', code => reject(new Error(`the owner ended with ${code}`)));
  });
  return { owner, neo4jPid };
}

async function kill(owner: ChildProcess): Promise<void> {
  const gone = new Promise(resolve => owner.once('exit', resolve));
  owner.kill('SIGKILL');
  await gone;
}

describeWithNeo4j('when the service is killed', () => {
  it('Neo4j ends with it; one that does not is ended by the next start', async () => {
    const directory = await temporaryFolder();
    if (onLinux) {
      const { owner, neo4jPid } = await startOwner(directory);
      await kill(owner);
      expect(await endsWithin(neo4jPid, 15_000)).toBe(true);
    }
    const { owner, neo4jPid } = await startOwner(directory);
    // A stopped process cannot follow the kernel's SIGTERM: like one on a system that sends none.
    process.kill(neo4jPid, 'SIGSTOP');
    await kill(owner);
    await sleep(300);
    expect(isRunning(neo4jPid)).toBe(true);
    setTimeout(() => process.kill(neo4jPid, 'SIGCONT'), 500);
    const next = await start({ directory });
    expect(isRunning(neo4jPid)).toBe(false);
    expect(await ask(next, 'RETURN "up"')).toBe('up');
  });
});
