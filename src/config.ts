import { existsSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { MetricsError } from './errors.ts';
import { LOG_LEVELS, type LogLevel } from './logger.ts';

export const GRAPH_MODES = ['auto', 'external', 'embedded', 'off'] as const;
export type GraphMode = (typeof GRAPH_MODES)[number];

export const ARCHIVE_MODES = ['never', 'yearly'] as const;
export type ArchiveMode = (typeof ARCHIVE_MODES)[number];

export const PROMOTION_MODES = ['default', 'strict'] as const;
export type PromotionMode = (typeof PROMOTION_MODES)[number];

/** Everything the service is told from outside, checked. Directories are absolute; secrets are only here. */
export type Config = Readonly<{
  host: string;
  port: number;
  metricsDir: string;
  stateDir: string;
  archive: ArchiveMode;
  patternsDir: string | undefined;
  promotionPolicy: PromotionMode;
  graph: GraphMode;
  graphRetention: number;
  neo4j: Readonly<{
    uri: string | undefined;
    username: string;
    password: string | undefined;
    database: string;
    heapMb: number;
    boltPort: number;
  }>;
  apiKey: string | undefined;
  corsOrigins: readonly string[];
  logLevel: LogLevel;
  maxBodyBytes: number;
  questionTimeoutMs: number;
}>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process: settings, and what child processes are given. */
export function processEnvironment(): Environment {
  return process.env;
}

/** One row of the table of settings: what the README, `--help` and the checks are made of. */
export type Setting = Readonly<{ env: string; default: string; description: string }>;

export const SETTINGS = [
  { env: 'HOST', default: '127.0.0.1', description: 'Address to listen on. Anything but loopback needs API_KEY.' },
  { env: 'PORT', default: '4000', description: 'Port to listen on; 0 takes a free one.' },
  { env: 'METRICS_DIR', default: './metrics', description: 'Directory of the four logs, on a local file system. Created when missing.' },
  {
    env: 'STATE_DIR',
    default: 'METRICS_DIR/.state',
    description: 'What is derived and can be deleted: the index, checkpoints, the embedded Neo4j.',
  },
  {
    env: 'ARCHIVE',
    default: 'never',
    description: 'yearly: the logs of a year move to METRICS_DIR/archive before the first record of a later one. never: by command only.',
  },
  { env: 'PATTERNS_DIR', default: '', description: 'Folder of pattern files (Markdown, YAML) to keep up to date: see Pattern files.' },
  {
    env: 'PROMOTION_POLICY',
    default: 'default',
    description:
      'default: a pattern’s status follows its success rate. strict: it follows bounds that hold however often one looks, so that no pattern is promoted by luck.',
  },
  {
    env: 'GRAPH',
    default: 'auto',
    description:
      'auto: NEO4J_URI where it is set, else a Neo4j of our own where Java and Maven allow, else none. external, embedded, off: force one.',
  },
  {
    env: 'GRAPH_RETENTION',
    default: '1000',
    description: 'Executions of each pattern that stay in the graph, the last in log order; older ones move to METRICS_DIR/archive/graph.',
  },
  { env: 'NEO4J_URI', default: '', description: 'A Neo4j 5 server: bolt://, neo4j://, each also with +s.' },
  { env: 'NEO4J_USERNAME', default: 'neo4j', description: 'User of that server.' },
  { env: 'NEO4J_PASSWORD', default: '', description: 'Password of that user.' },
  { env: 'NEO4J_DATABASE', default: 'neo4j', description: 'Database of that server.' },
  { env: 'NEO4J_HEAP_MB', default: '512', description: 'Heap of the embedded Neo4j in MB.' },
  { env: 'NEO4J_BOLT_PORT', default: '0', description: 'Port of the embedded Neo4j; 0 takes a free one at each start.' },
  {
    env: 'API_KEY',
    default: '',
    description: 'Every request for data must carry it: Authorization: Bearer <API_KEY>. At least 16 characters.',
  },
  {
    env: 'CORS_ORIGINS',
    default: '',
    description: 'Origins whose pages may call the API, separated by commas, such as https://example.org.',
  },
  { env: 'LOG_LEVEL', default: 'info', description: `One of ${LOG_LEVELS.join(', ')}. JSON lines on standard error.` },
  { env: 'MAX_BODY_MB', default: '16', description: 'Largest request in MB.' },
  { env: 'QUESTION_TIMEOUT_MS', default: '5000', description: 'Longest time a question may take, in milliseconds.' },
] as const satisfies readonly Setting[];

type Name = (typeof SETTINGS)[number]['env'];

/** Reads the settings. Throws BAD_USER_INPUT with a line for each wrong value: its name, what it is and what would be right. */
export function readConfig(environment: Environment): Config {
  const wrong: string[] = [];
  const text = (name: Name): string => environment[name]?.trim() || (SETTINGS.find(({ env }) => env === name)?.default ?? '');
  const refuse = (name: Name, expected: string, shown = JSON.stringify(text(name))): void => {
    wrong.push(`${name} must be ${expected}; it is ${shown}`);
  };
  const whole = (name: Name, min: number, max: number): number => {
    const value = Number(text(name));
    if (!/^\d+$/.test(text(name)) || value < min || value > max) refuse(name, `a whole number from ${min} to ${max}`);
    return value;
  };
  const oneOf = <Value extends string>(name: Name, values: readonly Value[]): Value => {
    const value = values.find(known => known === text(name).toLowerCase());
    if (value === undefined) refuse(name, `one of ${values.join(', ')}`);
    return value ?? (values[0] as Value);
  };

  const metricsDir = resolve(text('METRICS_DIR'));
  const config: Config = {
    host: text('HOST'),
    port: whole('PORT', 0, 65_535),
    metricsDir,
    stateDir: environment['STATE_DIR']?.trim() ? resolve(text('STATE_DIR')) : join(metricsDir, '.state'),
    archive: oneOf('ARCHIVE', ARCHIVE_MODES),
    patternsDir: text('PATTERNS_DIR') ? resolve(text('PATTERNS_DIR')) : undefined,
    promotionPolicy: oneOf('PROMOTION_POLICY', PROMOTION_MODES),
    graph: oneOf('GRAPH', GRAPH_MODES),
    graphRetention: whole('GRAPH_RETENTION', 1, 1_000_000),
    neo4j: {
      uri: text('NEO4J_URI') || undefined,
      username: text('NEO4J_USERNAME'),
      password: text('NEO4J_PASSWORD') || undefined,
      database: text('NEO4J_DATABASE'),
      heapMb: whole('NEO4J_HEAP_MB', 128, 65_536),
      boltPort: whole('NEO4J_BOLT_PORT', 0, 65_535),
    },
    apiKey: text('API_KEY') || undefined,
    corsOrigins: text('CORS_ORIGINS')
      .split(',')
      .map(origin => origin.trim())
      .filter(Boolean),
    logLevel: oneOf('LOG_LEVEL', LOG_LEVELS),
    maxBodyBytes: whole('MAX_BODY_MB', 1, 1024) * 1024 * 1024,
    questionTimeoutMs: whole('QUESTION_TIMEOUT_MS', 10, 600_000),
  };

  // A header carries no others as they are.
  if (config.apiKey !== undefined && !/^[\x21-\x7e]{16,}$/.test(config.apiKey)) {
    refuse('API_KEY', 'at least 16 characters of printable ASCII without blanks', `${config.apiKey.length} long`);
  }
  if (isIP(config.host) === 0 && !/^[\w-]+(\.[\w-]+)*\.?$/.test(config.host)) refuse('HOST', 'an address or a host name');
  if (!isLoopback(config.host) && config.apiKey === undefined) {
    refuse(
      'API_KEY',
      `set when HOST (${config.host}) is not loopback: anyone who reaches the port could read and record. Make one with: openssl rand -hex 32`,
      'not set',
    );
  }
  for (const origin of config.corsOrigins) {
    if (!isOrigin(origin)) refuse('CORS_ORIGINS', 'origins such as https://example.org, separated by commas', JSON.stringify(origin));
  }
  if (config.neo4j.uri !== undefined && !/^(bolt|neo4j)(\+s|\+ssc)?:\/\/[^\s/@]+$/.test(config.neo4j.uri)) {
    refuse('NEO4J_URI', 'bolt://host:port or neo4j://host:port (also with +s), without user or password', 'something else');
  }
  if (config.graph === 'external' && config.neo4j.uri === undefined) refuse('NEO4J_URI', 'set when GRAPH is external', 'not set');
  if (config.patternsDir !== undefined && !(existsSync(config.patternsDir) && statSync(config.patternsDir).isDirectory())) {
    refuse('PATTERNS_DIR', 'a folder that exists');
  }
  if (wrong.length > 0) throw new MetricsError('BAD_USER_INPUT', wrong.join('\n'));
  return config;
}

/** Whether an address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isOrigin(text: string): boolean {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}

/** The settings as a table in Markdown, for the README. */
export function settingsTable(): string {
  const rows = SETTINGS.map(
    ({ env, default: value, description }) => `| \`${env}\` | ${value === '' ? '' : `\`${value}\``} | ${description} |`,
  );
  return ['| Variable | Default | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The settings as lines of `--help`. */
export function settingsHelp(): string {
  const width = Math.max(...SETTINGS.map(({ env }) => env.length));
  return SETTINGS.map(({ env, default: value, description }) => `  ${env.padEnd(width)}  ${description}${value ? ` (${value})` : ''}`).join(
    '\n',
  );
}
