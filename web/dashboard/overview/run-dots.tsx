import { executionPath, PageLink } from '../app/page-link.tsx';
import { duration, instant } from '../figures/format.ts';
import type { ExecutionStatus, RunPartsFragment } from '../generated/graphql.ts';
import { useShown } from '../view/use-view.ts';

export const STATUS: Record<ExecutionStatus, Readonly<{ word: string; sign: string; mood: string }>> = {
  SUCCESS: { word: 'succeeded', sign: '●', mood: 'good' },
  FAILED: { word: 'failed', sign: '✕', mood: 'bad' },
  PARTIAL: { word: 'succeeded in part', sign: '◐', mood: 'warn' },
  CANCELLED: { word: 'was cancelled', sign: '○', mood: 'muted' },
};

/** Each run as a sign, oldest first: its shape and colour say how it ended, and it leads to its page. */
export function RunDots({ runs }: { runs: readonly RunPartsFragment[] }) {
  const { timeZone } = useShown();
  return (
    <ol className="dots">
      {runs.toReversed().map(run => {
        const { word, sign, mood } = STATUS[run.status];
        const told = `${run.patternName} ${word} after ${duration(run.durationMs / 1000)}, ${instant(run.completedAt, timeZone)}`;
        return (
          <li key={run.executionId} data-execution={run.executionId}>
            <PageLink to={executionPath(run.executionId)} className={mood} title={told}>
              <span aria-hidden="true">{sign}</span>
              <span className="unseen">{told}</span>
            </PageLink>
          </li>
        );
      })}
    </ol>
  );
}

/** A status as sign and word. */
export function Status({ status }: { status: ExecutionStatus }) {
  const { word, sign, mood } = STATUS[status];
  return (
    <span className={mood}>
      {sign} {word}
    </span>
  );
}
