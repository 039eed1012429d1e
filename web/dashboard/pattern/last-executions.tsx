import { executionPath } from '../app/place.ts';
import { NoAnswer } from '../data/ask.ts';
import { useQuestion } from '../data/use-question.ts';
import type { Figures } from '../figures/figures.ts';
import { FiguresTable } from '../figures/figures-table.tsx';
import { counted, duration, instant } from '../figures/format.ts';
import { type ExecutionStatus, PatternInGraphDocument, type PatternInGraphQuery, type PatternPageQuery } from '../generated/graphql.ts';
import { Status } from '../overview/run-status.tsx';
import { useShown } from '../view/use-view.ts';

type Run = Readonly<{
  executionId: string;
  status: ExecutionStatus | null;
  durationMs: number | null;
  completedAt: string | null;
  errorMessage: string | null;
}>;

/** The last executions as the graph has them, with what others wrote there of the pattern; from the logs while the graph is away. */
export function LastExecutions({ patternId, logged }: { patternId: string; logged: PatternPageQuery['last'] }) {
  const { answer, error } = useQuestion(PatternInGraphDocument, { patternId });
  const node = answer?.data.patterns?.[0];
  const away = error !== undefined;
  const runs: readonly Run[] = away || !node ? (logged?.edges.map(edge => edge.node) ?? []) : node.executions;
  return (
    <section className="card">
      <h2>Last executions</h2>
      <p className="sentence">
        {away
          ? `From the logs: ${graphTrouble(error)}`
          : node
            ? `From the graph. ${wordsOf(node)}`
            : 'From the logs; the graph does not have the pattern yet.'}
        {logged && ` ${counted(logged.totalCount, 'execution')} of it ${logged.totalCount === 1 ? 'is' : 'are'} recorded.`}
      </p>
      <RunTable runs={runs} />
    </section>
  );
}

export function graphTrouble(error: Error): string {
  return `the graph cannot be asked now (${error instanceof NoAnswer ? error.message : 'no answer'}).`;
}

function wordsOf({ description, category }: NonNullable<PatternInGraphQuery['patterns']>[number]): string {
  return [category && `Category ${category}.`, description].filter(Boolean).join(' ');
}

export function RunTable({ runs }: { runs: readonly Run[] }) {
  const { timeZone } = useShown();
  const figures: Figures<Run> = {
    rows: runs,
    columns: [
      { name: 'Execution', value: run => run.executionId, link: run => executionPath(run.executionId) },
      { name: 'Ended', value: run => run.completedAt, shown: run => instant(run.completedAt, timeZone) },
      { name: 'Status', value: run => run.status, shown: run => (run.status === null ? 'unknown' : <Status status={run.status} />) },
      {
        name: 'Took',
        value: run => run.durationMs,
        shown: run => duration(run.durationMs === null ? null : run.durationMs / 1000),
        numeric: true,
      },
      { name: 'Error', value: run => run.errorMessage, shown: run => run.errorMessage ?? '' },
    ],
  };
  return runs.length === 0 ? (
    <p className="muted">None is recorded by this service.</p>
  ) : (
    <FiguresTable caption="Last executions" figures={figures} />
  );
}
