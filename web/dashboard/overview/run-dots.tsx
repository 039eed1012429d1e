import { PageLink } from '../app/page-link.tsx';
import { executionPath } from '../app/place.ts';
import { duration, instant } from '../figures/format.ts';
import type { RunPartsFragment } from '../generated/graphql.ts';
import { useShown } from '../view/use-view.ts';
import { STATUS } from './run-status.tsx';

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
