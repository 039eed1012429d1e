import { MetricsError } from '../../errors.ts';
import { formatPosition, reaches, START } from '../../log/log.ts';
import type { GraphLogs } from './graph-logs.ts';
import { LAYOUT, type StoredState } from './graph-store.ts';

/**
 * What tells these logs from all others: the second half of the chain of their first journal row, which a copy of them has too.
 * Undefined before there is a row.
 */
export async function identityOf(logs: GraphLogs): Promise<string | undefined> {
  const end = logs.position.journal;
  for (let from = START; from.journal < end; ) {
    const { journal, to } = await logs.read(from, { ...START, journal: end }, 1);
    if (journal[0]) return journal[0].chain.slice(16);
    from = to;
  }
  return undefined;
}

/**
 * Throws GRAPH_UNAVAILABLE where a graph is not one of these logs, with how and what to do. `known`: the identity of the logs, and the
 * last step of the schema that this program knows.
 */
export async function checkOrigin(
  logs: GraphLogs,
  { position = START, logs: stored, layout, step }: StoredState,
  known: Readonly<{ identity: string | undefined; step: number }>,
): Promise<void> {
  if (layout > LAYOUT || step > known.step) {
    const versions = `layout ${layout}, step ${step} of its schema; this one knows ${LAYOUT} and ${known.step}`;
    throw refusal(`A newer version of this program wrote the graph (${versions})`, 'Start that version');
  }
  if (stored !== undefined && stored !== known.identity) {
    throw refusal(
      `The graph belongs to other logs (they begin with ${stored}, these with ${known.identity ?? 'nothing'})`,
      'Name another database in NEO4J_DATABASE',
    );
  }
  if (!reaches(logs.position, position)) {
    throw refusal(
      `The graph is ahead of the logs: it stands at ${formatPosition(position)}, they end at ${formatPosition(logs.position)}`,
      'These logs are an older copy: put the newer ones back',
    );
  }
  await logs.checkPosition(position).catch(error => {
    throw refusal(
      `The graph follows another history of these logs: ${error.message}`,
      'The logs were changed, or went on from an older copy: put the right ones back',
      error,
    );
  });
}

function refusal(what: string, cure: string, cause?: unknown): MetricsError {
  const message = `${what}. ${cure}, or build the graph from these logs: orchestrator-metrics graph rebuild`;
  return new MetricsError('GRAPH_UNAVAILABLE', message, { cause });
}
