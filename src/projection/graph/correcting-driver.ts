import type { Driver, ManagedTransaction, Session } from 'neo4j-driver';
import { correctedCypher } from './generated-cypher.ts';

/** `target` with one method replaced. */
export function replacing<Target extends object, Key extends keyof Target>(target: Target, key: Key, replacement: Target[Key]): Target {
  return new Proxy(target, {
    get: (inner, name) => {
      if (name === key) return replacement;
      const value: unknown = Reflect.get(inner, name);
      return typeof value === 'function' ? value.bind(inner) : value;
    },
  });
}

const correctingTransaction = (transaction: ManagedTransaction): ManagedTransaction =>
  replacing(transaction, 'run', (query, parameters) =>
    transaction.run(typeof query === 'string' ? correctedCypher(query) : query, parameters),
  );

const correctingSession = (session: Session): Session =>
  replacing(session, 'executeRead', (work, config) => session.executeRead(transaction => work(correctingTransaction(transaction)), config));

/** A driver for generated questions: what its reading transactions ask is corrected on the way. */
export function correctingDriver(driver: Driver): Driver {
  return replacing(driver, 'session', config => correctingSession(driver.session(config)));
}
