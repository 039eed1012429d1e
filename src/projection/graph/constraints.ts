import type { Session } from 'neo4j-driver';

/** The statements of a Cypher file: comment lines taken out, parted at semicolons. */
export function cypherStatements(text: string): string[] {
  const code = text
    .split('\n')
    .filter(line => !line.trimStart().startsWith('//'))
    .join('\n');
  return code
    .split(';')
    .map(statement => statement.trim())
    .filter(statement => statement !== '');
}

/** Applies constraints and indexes, each in a transaction of its own as Neo4j wants it. Every statement says IF NOT EXISTS. */
export async function applyConstraints(session: Session, text: string): Promise<void> {
  for (const statement of cypherStatements(text)) await session.run(statement);
}
