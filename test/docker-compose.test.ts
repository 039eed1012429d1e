import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig, SETTINGS } from '../src/config.ts';
import { ALLOWED_PROCEDURES } from '../src/projection/graph/neo4j-settings.ts';

/** What these tests look at; `strict` names a key that nobody has thought about. */
const Service = z.strictObject({
  build: z.literal('.').optional(),
  image: z.string(),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()),
  depends_on: z.array(z.string()).optional(),
  healthcheck: z.strictObject({
    test: z.array(z.string()),
    interval: z.string(),
    timeout: z.string(),
    retries: z.int(),
    start_period: z.string(),
  }),
  user: z.string(),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  stop_grace_period: z.string(),
  restart: z.string(),
});
const Compose = z.strictObject({
  name: z.string(),
  services: z.strictObject({ service: Service, neo4j: Service }),
  volumes: z.record(z.string(), z.null()),
});

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (name: string): string => readFileSync(root + name, 'utf8');
const { services, volumes } = Compose.parse(parse(read('docker-compose.yml')));
const { service, neo4j } = services;
const instructions = read('Dockerfile')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .map(line => line.split(/\s+/));

/** `${NAME:?message}` and `${NAME:-default}`, as compose replaces them. */
function interpolate(text: string, variables: Record<string, string>): string {
  return text.replace(/\$\{(\w+)(:[?-])([^}]*)\}/g, (_, name: string, operator: string, rest: string) => {
    const value = variables[name];
    if (value) return value;
    if (operator === ':?') throw new Error(`${name}: ${rest}`);
    return rest;
  });
}

function environmentOf(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(service.environment).map(([name, text]) => [name, interpolate(text, variables)]));
}

const secrets = { API_KEY: 'a'.repeat(64), NEO4J_PASSWORD: 'b'.repeat(32) };

describe('docker-compose.yml', () => {
  it('gives the service settings that it knows and accepts', () => {
    const known: readonly string[] = SETTINGS.map(({ env }) => env);
    expect(Object.keys(service.environment).filter(name => !known.includes(name))).toEqual([]);
    expect(readConfig(environmentOf(secrets))).toMatchObject({
      host: '0.0.0.0',
      port: 4000,
      metricsDir: '/data/metrics',
      graph: 'external',
      neo4j: { uri: 'bolt://neo4j:7687', username: 'neo4j', password: secrets.NEO4J_PASSWORD },
      apiKey: secrets.API_KEY,
      corsOrigins: [],
      logLevel: 'info',
    });
  });

  it.each(['API_KEY', 'NEO4J_PASSWORD'] as const)('does not start without %s, and says how to make one', name => {
    expect(() => environmentOf({ ...secrets, [name]: '' })).toThrow(
      /^(\w+): set \1, at least \d+ characters \(openssl rand -hex \d+ makes one\)/,
    );
    for (const text of [service.environment[name] ?? '', ...(name === 'NEO4J_PASSWORD' ? [neo4j.environment['NEO4J_AUTH'] ?? ''] : [])]) {
      expect(text).toContain(`\${${name}:?`);
    }
  });

  it('holds no secret', () => {
    for (const [name, text] of Object.entries({ ...service.environment, ...neo4j.environment })) {
      if (/PASSWORD|KEY|AUTH/.test(name)) expect(text, name).toMatch(/^(?:neo4j\/)?\$\{\w+:\?/);
    }
  });

  it('publishes the service on loopback, Neo4j not at all', () => {
    expect(service.ports?.map(port => interpolate(port, {}))).toEqual(['127.0.0.1:4000:4000']);
    expect(neo4j.ports).toBeUndefined();
  });

  it('runs both without root and without capabilities', () => {
    expect([service.user, neo4j.user]).toEqual(['node', '7474:7474']);
    for (const { cap_drop, security_opt } of [service, neo4j]) {
      expect(cap_drop).toEqual(['ALL']);
      expect(security_opt).toEqual(['no-new-privileges:true']);
    }
    expect(service.read_only).toBe(true);
  });

  it('keeps the logs and the graph in named volumes', () => {
    const mounts = [...service.volumes, ...neo4j.volumes].map(mount => mount.split(':'));
    expect(mounts).toContainEqual(['metrics', service.environment['METRICS_DIR']]);
    expect(mounts).toContainEqual(['neo4j-data', '/data']);
    expect(mounts.map(([name]) => name).sort()).toEqual(Object.keys(volumes).sort());
  });

  it('runs the Neo4j that the service would run by itself, with the same limits', () => {
    expect(neo4j.image).toBe(`neo4j:${/<neo4j\.version>(.*)<\/neo4j\.version>/.exec(read('neo4j/pom.xml'))?.[1]}-community`);
    expect(neo4j.environment).toMatchObject({
      NEO4J_PLUGINS: '["apoc"]',
      NEO4J_dbms_security_procedures_allowlist: ALLOWED_PROCEDURES.join(','),
      NEO4J_dbms_usage__report_enabled: 'false',
      NEO4J_dbms_security_allow__csv__import__from__file__urls: 'false',
    });
  });

  it('asks the service for its health', () => {
    expect(service.healthcheck.test.join(' ')).toContain(`http://127.0.0.1:${service.environment['PORT']}/healthz`);
  });
});

describe('the Dockerfile', () => {
  const copies = instructions.filter(([name]) => name === 'COPY').map(([, ...args]) => args);

  it('builds on pinned images', () => {
    const images = instructions.filter(([name]) => name === 'FROM').map(([, image]) => image);
    expect(images.length).toBeGreaterThan(0);
    for (const image of images) expect(image).toMatch(/^node:\d+(?:\.\d+)*-bookworm-slim$/);
  });

  it('copies what exists and is not ignored', () => {
    const sources = copies.filter(args => !args[0]?.startsWith('--from=')).flatMap(args => args.slice(0, -1));
    expect(sources.filter(source => !existsSync(root + source))).toEqual([]);
    const sent = read('.dockerignore')
      .split('\n')
      .filter(line => line.startsWith('!'))
      .map(line => line.slice(1));
    expect(sources.filter(source => !sent.some(path => source === path || source.startsWith(`${path}/`)))).toEqual([]);
  });

  it('copies only from stages that it has', () => {
    const stages = instructions.filter(([name, , as]) => name === 'FROM' && as === 'AS').map(([, , , stage]) => stage);
    const used = copies.flatMap(([first]) => (first?.startsWith('--from=') ? [first.slice('--from='.length)] : []));
    expect(used.filter(stage => !stages.includes(stage))).toEqual([]);
  });

  it('ends as a user without rights, with the start of package.json', () => {
    expect(instructions.filter(([name]) => name === 'USER')).toEqual([['USER', 'node']]);
    const start: unknown = JSON.parse(read('package.json')).scripts.start;
    const command = instructions.filter(([name]) => name === 'CMD').map(([, ...args]) => JSON.parse(args.join(' ')).join(' '));
    // `exec` lets npm's shell pass signals on; a container has no shell in between.
    expect(command.map(words => `exec ${words}`)).toEqual([start]);
  });

  it('names only settings that the service knows', () => {
    const known: readonly string[] = ['NODE_ENV', ...SETTINGS.map(({ env }) => env)];
    const set = instructions.filter(([name]) => name === 'ENV').flatMap(([, ...pairs]) => pairs.map(pair => pair.split('=')[0] ?? ''));
    expect(set.filter(name => !known.includes(name))).toEqual([]);
  });
});
