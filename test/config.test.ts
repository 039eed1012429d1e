import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isLoopback, readConfig, SETTINGS, settingsHelp, settingsTable } from '../src/config.ts';
import { MetricsError } from '../src/errors.ts';

const KEY = 'a-key-of-32-characters-for-tests';

/** The message that stops the start. */
function complaint(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(MetricsError);
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT' });
    return (error as MetricsError).message;
  }
  throw new Error(`${JSON.stringify(environment)} was accepted`);
}

describe('without settings', () => {
  test('everything has a safe default', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      metricsDir: resolve('metrics'),
      stateDir: resolve('metrics/.state'),
      archive: 'never',
      patternsDir: undefined,
      promotionPolicy: 'default',
      graph: 'auto',
      graphRetention: 1000,
      neo4j: { uri: undefined, username: 'neo4j', password: undefined, database: 'neo4j', heapMb: 512, boltPort: 0 },
      apiKey: undefined,
      corsOrigins: [],
      logLevel: 'info',
      maxBodyBytes: 16 << 20,
      questionTimeoutMs: 5000,
    });
  });

  test('empty and blank are the same as left out', () => {
    const blank = Object.fromEntries(SETTINGS.map(({ env }, index) => [env, index % 2 ? '' : '  ']));
    expect(readConfig(blank)).toEqual(readConfig({}));
  });

  test('other variables of the environment are nobody’s concern', () => {
    expect(readConfig({ PATH: '/bin', NEO4J_HOME: '/opt', PORTS: 'x' })).toEqual(readConfig({}));
  });
});

test('every setting is read', () => {
  const config = readConfig({
    HOST: '0.0.0.0',
    PORT: '0',
    METRICS_DIR: 'data',
    STATE_DIR: '/var/state',
    ARCHIVE: 'Yearly',
    PATTERNS_DIR: tmpdir(),
    PROMOTION_POLICY: 'STRICT',
    GRAPH: 'EXTERNAL',
    GRAPH_RETENTION: '250',
    NEO4J_URI: 'neo4j+s://graph.example.org:7687',
    NEO4J_USERNAME: 'user',
    NEO4J_PASSWORD: 'secret',
    NEO4J_DATABASE: 'metrics',
    NEO4J_HEAP_MB: '1024',
    NEO4J_BOLT_PORT: '7688',
    API_KEY: ` ${KEY} `,
    CORS_ORIGINS: 'https://example.org, http://localhost:8080,',
    LOG_LEVEL: 'Warn',
    MAX_BODY_MB: '1',
    QUESTION_TIMEOUT_MS: '250',
  });
  expect(config).toEqual({
    host: '0.0.0.0',
    port: 0,
    metricsDir: resolve('data'),
    stateDir: '/var/state',
    archive: 'yearly',
    patternsDir: tmpdir(),
    promotionPolicy: 'strict',
    graph: 'external',
    graphRetention: 250,
    neo4j: {
      uri: 'neo4j+s://graph.example.org:7687',
      username: 'user',
      password: 'secret',
      database: 'metrics',
      heapMb: 1024,
      boltPort: 7688,
    },
    apiKey: KEY,
    corsOrigins: ['https://example.org', 'http://localhost:8080'],
    logLevel: 'warn',
    maxBodyBytes: 1 << 20,
    questionTimeoutMs: 250,
  });
});

describe('a wrong value stops the start with its name, what it is and what would be right', () => {
  const wrong: [string, string, RegExp][] = [
    ['PORT', '65536', /from 0 to 65535; it is "65536"/],
    ['PORT', '-1', /whole number/],
    ['PORT', '80.5', /whole number/],
    ['PORT', '0x50', /whole number/],
    ['PORT', '1e3', /whole number/],
    ['PORT', 'http', /whole number/],
    ['HOST', 'not a host', /an address or a host name; it is "not a host"/],
    ['HOST', 'http://localhost', /an address or a host name/],
    ['PATTERNS_DIR', join(tmpdir(), 'nowhere-at-all'), /a folder that exists/],
    ['PATTERNS_DIR', 'package.json', /a folder that exists/],
    ['GRAPH', 'yes', /one of auto, external, embedded, off; it is "yes"/],
    ['NEO4J_URI', 'http://localhost:7474', /bolt:\/\/host:port/],
    ['NEO4J_URI', 'bolt://', /bolt:\/\/host:port/],
    ['NEO4J_URI', 'bolt://user:secret@localhost', /without user or password/],
    ['NEO4J_HEAP_MB', '1', /from 128/],
    ['NEO4J_BOLT_PORT', '70000', /65535/],
    ['API_KEY', 'short', /at least 16 characters.*it is 5 long/],
    ['API_KEY', 'schlüssel-mit-umlaut', /printable ASCII/],
    ['API_KEY', 'with a blank in its middle', /without blanks/],
    ['CORS_ORIGINS', '*', /origins such as https:\/\/example.org/],
    ['CORS_ORIGINS', 'example.org', /origins such as/],
    ['CORS_ORIGINS', 'https://example.org/', /origins such as.*"https:\/\/example.org\/"/],
    ['CORS_ORIGINS', 'null', /origins such as/],
    ['LOG_LEVEL', 'trace', /one of debug, info, warn, error, silent/],
    ['MAX_BODY_MB', '0', /from 1 to 1024/],
    ['QUESTION_TIMEOUT_MS', '5s', /from 10 to 600000/],
  ];

  test.for(wrong)('%s=%s', ([name, value, expected]) => {
    const message = complaint({ ...(name === 'HOST' ? { API_KEY: KEY } : {}), [name]: value });
    expect(message).toMatch(new RegExp(`^${name} must be `));
    expect(message).toMatch(expected);
    expect(message.split('\n')).toHaveLength(1);
  });

  test('GRAPH=external needs a NEO4J_URI', () => {
    expect(complaint({ GRAPH: 'external' })).toMatch(/^NEO4J_URI must be set when GRAPH is external/);
  });

  test('several are told at once, a line each', () => {
    const message = complaint({ PORT: 'x', GRAPH: 'y', LOG_LEVEL: 'z', CORS_ORIGINS: '*,example.org', MAX_BODY_MB: '9999' });
    expect(message.split('\n').map(line => line.split(' ')[0])).toEqual([
      'PORT',
      'GRAPH',
      'LOG_LEVEL',
      'MAX_BODY_MB',
      'CORS_ORIGINS',
      'CORS_ORIGINS',
    ]);
  });

  test('no secret is told', () => {
    expect(complaint({ API_KEY: 'hush-hush', PORT: 'x' })).not.toContain('hush');
    expect(complaint({ NEO4J_URI: 'bolt://user:hush@localhost', NEO4J_PASSWORD: 'hush' })).not.toContain('hush');
  });
});

describe('who can reach the service', () => {
  test.for(['0.0.0.0', '::', '192.168.1.7', 'metrics.example.org', '127.0.0.1.example.org', '::ffff:127.0.0.1'])(
    'HOST=%s is refused without API_KEY and taken with it',
    host => {
      expect(isLoopback(host)).toBe(false);
      expect(complaint({ HOST: host })).toMatch(/^API_KEY must be set when HOST .* is not loopback/);
      expect(readConfig({ HOST: host, API_KEY: KEY }).host).toBe(host);
    },
  );

  test.for(['127.0.0.1', '127.8.8.8', 'localhost', '::1'])('HOST=%s needs none', host => {
    expect(readConfig({ HOST: host }).host).toBe(host);
  });
});

describe('the table of settings', () => {
  test('writes a row a setting, with its default, in Markdown', () => {
    const [head, rule, ...rows] = settingsTable().split('\n');
    expect([head, rule]).toEqual(['| Variable | Default | Meaning |', '| --- | --- | --- |']);
    expect(rows).toHaveLength(SETTINGS.length);
    for (const [index, { env, description }] of SETTINGS.entries()) {
      expect(rows[index]).toMatch(new RegExp(`^\\| \`${env}\` \\| `));
      expect(rows[index]).toContain(description);
      expect(rows[index]?.split('|')).toHaveLength(5);
    }
    expect(rows.find(row => row.includes('`PORT`'))).toContain('| `4000` |');
    expect(rows.find(row => row.includes('`API_KEY`'))).toContain('|  |');
  });

  test('writes a line a setting for --help', () => {
    const lines = settingsHelp().split('\n');
    expect(lines.map(line => line.trim().split(' ')[0])).toEqual(SETTINGS.map(({ env }) => env));
    expect(lines.find(line => line.includes(' PORT '))).toContain('(4000)');
  });

  test('the defaults that it tells are those in force', () => {
    const told = Object.fromEntries(SETTINGS.filter(({ env }) => env !== 'STATE_DIR').map(({ env, default: value }) => [env, value]));
    expect(readConfig(told)).toEqual(readConfig({}));
  });
});
