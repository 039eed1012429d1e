import { auth, type Config, type Driver, driver, type Session } from 'neo4j-driver';
import { correctingDriver } from './correcting-driver.ts';
import { withDeadline } from './deadline.ts';
import { graphError } from './neo4j-error.ts';

/** Where a Neo4j is and as whom to speak to it. `uri`: `bolt://` or `neo4j://`, with `+s` for TLS. */
export type GraphAddress = Readonly<{ uri: string; username: string; password: string; database: string }>;

/** Two drivers to one Neo4j. Nothing is connected until it is asked. */
export type GraphConnection = Readonly<{
  /** The projection's: it may wait a few seconds and try again. */
  writer: Driver;
  /** For questions: it gives up within 1.5 s and never tries again, since somebody is waiting. */
  reader: Driver;
  database: string;
  /** Resolves when the database answers at all; callers at the same time share one question. Rejects with a `MetricsError` within 3 s. */
  ping(): Promise<void>;
  /** A session of the writer on the database. The caller closes it. */
  writeSession(): Session;
  close(): Promise<void>;
}>;

/** Idle connections are checked before use: a firewall drops them without a word. Notifications are advice to authors of Cypher. */
const COMMON: Config = {
  userAgent: 'orchestrator-metrics',
  telemetryDisabled: true,
  connectionLivenessCheckTimeout: 30_000,
  notificationFilter: { minimumSeverityLevel: 'OFF' },
};
const WRITER: Config = {
  ...COMMON,
  connectionTimeout: 2_000,
  connectionAcquisitionTimeout: 3_000,
  maxTransactionRetryTime: 5_000,
};
const READER: Config = { ...COMMON, connectionTimeout: 1_000, connectionAcquisitionTimeout: 1_500, maxTransactionRetryTime: 0 };

const PING_LIMIT_MS = 3_000;

async function askAnything(neo4j: Driver, database: string): Promise<void> {
  const session = neo4j.session({ database });
  try {
    await session.run('RETURN 1');
  } finally {
    // Not awaited: closing waits for a connection that may be frozen.
    session.close().catch(() => {});
  }
}

/** Builds both drivers. Throws BAD_USER_INPUT for an address that none can be made of. */
export function graphConnection(address: GraphAddress): GraphConnection {
  const { uri, username, password, database } = address;
  const writer = driver(uri, auth.basic(username, password), WRITER);
  const reader = correctingDriver(driver(uri, auth.basic(username, password), READER));
  let asking: Promise<void> | undefined;
  const ping = () => {
    asking ??= withDeadline(askAnything(writer, database), PING_LIMIT_MS, () => graphError(undefined))
      .catch(error => {
        throw graphError(error);
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
  return {
    writer,
    reader,
    database,
    ping,
    writeSession: () => writer.session({ database }),
    close: async () => {
      await Promise.all([writer.close(), reader.close()]);
    },
  };
}
