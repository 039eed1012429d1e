import { randomBytes } from 'node:crypto';
import { chmod, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import neo4j, { type Driver, Neo4jError } from 'neo4j-driver';

export const USERNAME = 'neo4j';

/** What a fresh Neo4j starts with; it can do nothing but set another one. */
const FIRST_PASSWORD = 'neo4j';

/**
 * The password of the embedded Neo4j: made once, kept in `directory`/password, readable by its owner only. It is on the
 * disk before Neo4j ever hears of it, so that a kill in between leaves a file that the next start can set.
 */
export async function ensurePassword(directory: string): Promise<string> {
  const file = join(directory, 'password');
  const kept = (await readFile(file, 'utf8').catch(ifMissing)).trim();
  if (kept !== '') {
    await chmod(file, 0o600);
    return kept;
  }
  const password = randomBytes(24).toString('base64url');
  await writeDurably(directory, file, `${password}\n`);
  return password;
}

/**
 * Opens a connection with the password of the file; on a fresh home sets it first. `attempt` answers `waiting` while
 * Neo4j is not up, `ready` after a query was answered.
 *
 * Between Neo4j's first answer and the new password, a tenth of a second in the life of a home, any local user who
 * guesses the port could come in with Neo4j's well-known first one.
 *
 * @throws the driver's error where neither password is accepted.
 */
export async function attempt(uri: string, password: string): Promise<'ready' | 'waiting'> {
  try {
    await query(uri, password, 'neo4j', 'RETURN 1', {});
    return 'ready';
  } catch (error) {
    if (!isUnauthorized(error)) return 'waiting';
    return setFirstPassword(uri, password);
  }
}

async function setFirstPassword(uri: string, password: string): Promise<'waiting'> {
  const statement = 'ALTER CURRENT USER SET PASSWORD FROM $first TO $password';
  await query(uri, FIRST_PASSWORD, 'system', statement, { first: FIRST_PASSWORD, password }).catch(error => {
    if (isUnauthorized(error)) throw error;
  });
  return 'waiting';
}

async function query(uri: string, password: string, database: string, cypher: string, parameters: Record<string, string>): Promise<void> {
  const driver: Driver = neo4j.driver(uri, neo4j.auth.basic(USERNAME, password), {
    connectionTimeout: 2_000,
    connectionAcquisitionTimeout: 3_000,
    maxTransactionRetryTime: 0,
    maxConnectionPoolSize: 1,
    telemetryDisabled: true,
  });
  const session = driver.session({ database });
  try {
    await session.run(cypher, parameters, { timeout: 5_000 });
  } finally {
    await session.close();
    await driver.close();
  }
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof Neo4jError && error.code === 'Neo.ClientError.Security.Unauthorized';
}

async function writeDurably(directory: string, file: string, text: string): Promise<void> {
  const next = await open(`${file}.next`, 'w', 0o600);
  try {
    await next.chmod(0o600);
    await next.writeFile(text);
    await next.sync();
  } finally {
    await next.close();
  }
  await rename(`${file}.next`, file);
  const folder = await open(directory, 'r');
  await folder.sync().finally(() => folder.close());
}

function ifMissing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}
