import neo4j, { Neo4jError, type RecordShape } from 'neo4j-driver';
import { MetricsError } from '../../errors.ts';

export const USERNAME = 'neo4j';
export const DATABASE = 'neo4j';

/** What a fresh Neo4j starts with; it can do nothing but set another one. */
const FIRST_PASSWORD = 'neo4j';

/**
 * Asks the Neo4j at `uri` one question with the password of the file: `ready` after it was answered, `waiting` while Neo4j is
 * not up. On a fresh home it sets that password first; a home whose password was not set because of a kill counts as fresh.
 *
 * Between Neo4j's first answer and the new password, a tenth of a second in the life of a home, a local user who knows
 * the port could come in with Neo4j's well-known first one.
 *
 * @throws MetricsError GRAPH_UNAVAILABLE where waiting cannot help: neither password is taken, or the database cannot be opened.
 */
export async function attempt(uri: string, password: string): Promise<'ready' | 'waiting'> {
  try {
    await query(uri, password, DATABASE, 'RETURN 1');
    return 'ready';
  } catch (error) {
    const code = codeOf(error);
    if (code === 'Neo.ClientError.Security.Unauthorized') await setFirstPassword(uri, password);
    if (code === 'Neo.TransientError.General.DatabaseUnavailable') await refuseBroken(uri, password);
    return 'waiting';
  }
}

async function setFirstPassword(uri: string, password: string): Promise<void> {
  const statement = 'ALTER CURRENT USER SET PASSWORD FROM $first TO $password';
  await query(uri, FIRST_PASSWORD, 'system', statement, { first: FIRST_PASSWORD, password }).catch(error => {
    if (codeOf(error) === 'Neo.ClientError.Security.Unauthorized') {
      throw new MetricsError('GRAPH_UNAVAILABLE', 'it does not take the password kept for it', { cause: error });
    }
  });
}

/** A damaged database leaves the server up and answering "not currently available" for ever; only its status tells. */
async function refuseBroken(uri: string, password: string): Promise<void> {
  const statement = 'SHOW DATABASES YIELD name, statusMessage WHERE name = $name RETURN statusMessage';
  const rows = await query(uri, password, 'system', statement, { name: DATABASE }).catch(() => []);
  const { statusMessage }: Record<string, unknown> = rows[0] ?? {};
  if (typeof statusMessage === 'string' && statusMessage !== '') {
    throw new MetricsError('GRAPH_UNAVAILABLE', `it cannot open its database (${statusMessage} Its debug.log says why)`);
  }
}

async function query(
  uri: string,
  password: string,
  database: string,
  cypher: string,
  parameters: Record<string, string> = {},
): Promise<RecordShape[]> {
  const driver = neo4j.driver(uri, neo4j.auth.basic(USERNAME, password), {
    connectionTimeout: 2_000,
    connectionAcquisitionTimeout: 3_000,
    maxTransactionRetryTime: 0,
    maxConnectionPoolSize: 1,
    telemetryDisabled: true,
  });
  const session = driver.session({ database });
  try {
    const { records } = await session.run(cypher, parameters, { timeout: 5_000 });
    return records.map(record => record.toObject());
  } finally {
    await session.close();
    await driver.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Neo4jError ? error.code : '';
}
