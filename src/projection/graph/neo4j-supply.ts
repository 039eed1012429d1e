/** Which Neo4j there is: a server named by the settings, a child process of our own, or none; and the connection to it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { type GraphAddress, type GraphConnection, graphConnection } from './connection.ts';
import {
  type EmbeddedNeo4j,
  fetchNeo4jJars,
  findNeo4jTools,
  neo4jCacheDir,
  neo4jJarsCached,
  startEmbeddedNeo4j,
} from './embedded-neo4j.ts';

/** `off`: there is none and will be none. `starting`: it is fetched or started. `up`: `connection` leads to it. */
export type SupplyState = Readonly<{ kind: 'off' | 'starting' | 'up'; detail: string }>;

export type SupplyOptions = Readonly<{
  mode: 'auto' | 'external' | 'embedded' | 'off';
  external: GraphAddress | undefined;
  embedded: Readonly<{ directory: string; heapMb: number; boltPort: number }>;
  /** Of this process: PATH, JAVA_HOME, XDG_CACHE_HOME, and what Maven needs. */
  environment: NodeJS.ProcessEnv;
  logger: Logger;
  /** Called whenever the state changes. */
  onChange: (state: SupplyState) => void;
  /** Called with jars fetched and their total. */
  onProgress: (done: number, total: number) => void;
}>;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Keeps a connection to Neo4j where one can be had. Everything happens in the background: nothing waits for it. */
export class Neo4jSupply {
  readonly #options: SupplyOptions;
  readonly #stopping = new AbortController();
  #state: SupplyState = { kind: 'starting', detail: 'Neo4j is looked for' };
  #connection: GraphConnection | undefined;
  #child: EmbeddedNeo4j | undefined;
  #running: Promise<void> | undefined;

  constructor(options: SupplyOptions) {
    this.#options = options;
  }

  get connection(): GraphConnection | undefined {
    return this.#connection;
  }

  get state(): SupplyState {
    return this.#state;
  }

  start(): void {
    this.#running ??= this.#run().catch(error => this.#become({ kind: 'off', detail: messageOf(error) }));
  }

  async #run(): Promise<void> {
    const { mode, external } = this.#options;
    if (mode === 'off') return this.#become({ kind: 'off', detail: 'GRAPH is off: start without GRAPH=off for the graph' });
    if (external && mode !== 'embedded') return this.#connect(external, `Neo4j at ${external.uri}`);
    await this.#keepEmbedded();
  }

  async #keepEmbedded(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.#stopping.signal.aborted) {
      const startedAt = performance.now();
      try {
        const child = await this.#startEmbedded();
        if (!child) return;
        await this.#connect(
          child,
          `Neo4j of our own at ${child.uri}, user ${child.username}, password in ${this.#options.embedded.directory}/password`,
        );
        const { requested, lastLines } = await child.exited;
        await this.#disconnect();
        if (requested) return;
        this.#options.logger.warn({ lastLines }, 'Neo4j ended by itself and is started again');
        this.#become({ kind: 'starting', detail: 'Neo4j ended by itself and is started again' });
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#become({ kind: 'starting', detail: `Neo4j did not start and is tried again: ${messageOf(error)}` });
        this.#options.logger.warn({ reason: messageOf(error) }, 'Neo4j did not start');
      }
      if (performance.now() - startedAt > LONGEST_PAUSE_MS) pauseMs = FIRST_PAUSE_MS;
      await sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  /** Undefined where this machine lacks what Neo4j needs. */
  async #startEmbedded(): Promise<EmbeddedNeo4j | undefined> {
    const { embedded, environment, logger, onProgress } = this.#options;
    const cacheDir = neo4jCacheDir(environment);
    const tools = await findNeo4jTools({ env: environment, jarsCached: neo4jJarsCached(cacheDir) });
    if (!tools.found) {
      this.#become({ kind: 'off', detail: tools.missing });
      return undefined;
    }
    const { signal } = this.#stopping;
    const progress = (done: number, total: number) => {
      this.#become({ kind: 'starting', detail: `Neo4j is being fetched: ${done} of ${total} jars` });
      onProgress(done, total);
    };
    const jars = await fetchNeo4jJars({ cacheDir, maven: tools.maven, env: environment, logger, onProgress: progress, signal });
    this.#become({ kind: 'starting', detail: 'Neo4j is starting' });
    const port = embedded.boltPort === 0 ? {} : { boltPort: embedded.boltPort };
    this.#child = await startEmbeddedNeo4j({
      directory: embedded.directory,
      jars,
      java: tools.java,
      logger,
      heapMb: embedded.heapMb,
      signal,
      ...port,
    });
    return this.#child;
  }

  async #connect(address: GraphAddress, detail: string): Promise<void> {
    const { uri, username, password, database } = address;
    this.#connection = graphConnection({ uri, username, password, database });
    this.#become({ kind: 'up', detail });
  }

  async #disconnect(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close();
  }

  #become(state: SupplyState): void {
    this.#state = state;
    this.#options.onChange(state);
  }

  /** Ends a fetch or start under way, the connection, and a Neo4j of our own. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#child?.stop();
    await this.#running;
    await this.#disconnect();
  }
}
