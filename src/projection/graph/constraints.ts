import type { Session } from 'neo4j-driver';

/** One step of `schema/constraints.cypher`: its number, and statements that can all be run again. */
export type SchemaStep = Readonly<{ number: number; statements: readonly string[] }>;

/** The steps of a Cypher file, each begun by a comment `// Step <number>: …`; what stands before the first is not run. */
export function schemaSteps(text: string): SchemaStep[] {
  const [, ...parts] = text.split(/^\/\/ Step (\d+): .*$/m);
  return parts.flatMap((number, index) =>
    index % 2 === 0 ? [{ number: Number(number), statements: statementsOf(parts[index + 1] ?? '') }] : [],
  );
}

/** Comment lines taken out, parted at semicolons. */
function statementsOf(text: string): string[] {
  const code = text
    .split('\n')
    .filter(line => !line.trimStart().startsWith('//'))
    .join('\n');
  return code
    .split(';')
    .map(statement => statement.trim())
    .filter(statement => statement !== '');
}

/** Applies all steps in order, each statement in a transaction of its own as Neo4j wants it. */
export async function applySteps(session: Session, steps: readonly SchemaStep[]): Promise<void> {
  for (const { statements } of steps) for (const statement of statements) await session.run(statement);
}
