import type { Driver, ManagedTransaction, Session } from 'neo4j-driver';

type Query = Parameters<ManagedTransaction['run']>[0];

/**
 * How @neo4j/graphql 7 reads a DateTime property. APOC's function fails on a time without zone, or on what is no time at all,
 * and with it the whole page: one node of another program would hide all others.
 */
const CONVERSION = /apoc\.date\.convertFormat\(toString\(([^()]*)\), 'iso_zoned_date_time', 'iso_offset_date_time'\)/g;

/** Without APOC: the text as it stands, a zone's name cut off. What is no time is then an error of its own field only. */
function withoutConversion(query: Query): Query {
  return typeof query === 'string' ? query.replace(CONVERSION, "split(toStringOrNull($1), '[')[0]") : query;
}

/** `target` with one method replaced. */
function replacing<Target extends object, Key extends keyof Target>(target: Target, key: Key, replacement: Target[Key]): Target {
  return new Proxy(target, {
    get: (inner, name) => {
      if (name === key) return replacement;
      const value: unknown = Reflect.get(inner, name);
      return typeof value === 'function' ? value.bind(inner) : value;
    },
  });
}

const tolerantTransaction = (transaction: ManagedTransaction): ManagedTransaction =>
  replacing(transaction, 'run', (query, parameters) => transaction.run(withoutConversion(query), parameters));

const tolerantSession = (session: Session): Session =>
  replacing(session, 'executeRead', (work, config) => session.executeRead(transaction => work(tolerantTransaction(transaction)), config));

/** A driver for generated questions: its reading transactions let the odd times of other programs pass. */
export function tolerantOfForeignTimes(driver: Driver): Driver {
  return replacing(driver, 'session', config => tolerantSession(driver.session(config)));
}
