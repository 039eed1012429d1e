/** How the embedded Neo4j is set: reachable from this machine only, silent about what it holds, and small. */
import { join } from 'node:path';
import type { Neo4jJars } from './neo4j-jars.ts';
import { homeArgument } from './neo4j-process.ts';

const DEFAULT_HEAP_MB = 512;
const PAGE_CACHE_MB = 128;

/**
 * All that may be loaded of APOC: what @neo4j/graphql 7 calls for DateTime fields, and what it calls or asks for by
 * name elsewhere (`assertIndexesAndConstraints`, generated checks). Neo4j's own procedures are not subject to the list.
 */
export const ALLOWED_PROCEDURES = ['apoc.date.convertFormat', 'apoc.util.validate', 'apoc.util.validatePredicate'];

export interface Neo4jSettings {
  readonly jars: Neo4jJars;
  /** 512 where none is given. The process takes about as much again beside it. */
  readonly heapMb?: number;
  /** Further options of Java, after ours. */
  readonly javaOptions?: readonly string[];
}

/** The text of neo4j.conf. */
export function neo4jConfiguration({ jars, heapMb = DEFAULT_HEAP_MB }: Neo4jSettings, boltPort: number): string {
  const settings = {
    'server.default_listen_address': '127.0.0.1',
    'server.bolt.listen_address': `127.0.0.1:${boltPort}`,
    'server.bolt.advertised_address': `127.0.0.1:${boltPort}`,
    'server.http.enabled': 'false',
    'server.https.enabled': 'false',
    'server.directories.plugins': jars.plugins,
    'dbms.security.auth_enabled': 'true',
    'dbms.security.procedures.allowlist': ALLOWED_PROCEDURES.join(','),
    'dbms.security.allow_csv_import_from_file_urls': 'false',
    'dbms.usage_report.enabled': 'false',
    'internal.dbms.usage_report.udc_network_enabled': 'false',
    'client.allow_telemetry': 'false',
    // Queries carry what tasks say: they belong into no log.
    'db.logs.query.enabled': 'OFF',
    // By default it waits 5 s for new connections before it stops.
    'internal.dbms.bolt.netty_server_shutdown_quiet_period': '0',
    // One question must not take what the projection needs.
    'db.memory.transaction.max': `${Math.ceil(heapMb / 4)}m`,
    'server.memory.pagecache.size': `${PAGE_CACHE_MB}m`,
    // The graph can be made again from our logs: a small transaction log is enough, and its file is allocated whole.
    'db.tx_log.rotation.size': '16m',
    'db.tx_log.rotation.retention_policy': 'keep_none',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** What Java is called with for the Neo4j whose home is `directory`. */
export function javaArguments(directory: string, { jars, heapMb = DEFAULT_HEAP_MB, javaOptions = [] }: Neo4jSettings): string[] {
  return [
    `-Xms${Math.min(heapMb, 256)}m`,
    `-Xmx${heapMb}m`,
    // What a transaction leaves behind dies young: with room for that, and without the work of a collector that keeps pauses short, half
    // of the time that Java spent on memory is Neo4j's.
    '-XX:+UseParallelGC',
    `-Xmn${Math.ceil((heapMb * 3) / 8)}m`,
    // A Neo4j without memory lingers half alive; one that has ended is started again.
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:-UsePerfData',
    `-XX:ErrorFile=${join(directory, 'logs/java-crash.log')}`,
    `-Djava.io.tmpdir=${join(directory, 'tmp')}`,
    `-Djna.tmpdir=${join(directory, 'tmp')}`,
    '-Dlog4j2.disable.jmx=true',
    '-Dio.netty.tryReflectionSetAccessible=true',
    '--add-opens=java.base/java.nio=ALL-UNNAMED',
    '--add-opens=java.base/java.io=ALL-UNNAMED',
    '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
    ...javaOptions,
    '-cp',
    join(jars.lib, '*'),
    'org.neo4j.server.CommunityEntryPoint',
    homeArgument(directory),
    `--config-dir=${join(directory, 'conf')}`,
  ];
}
