import { lazy, memo, Suspense } from 'react';
import { Changes } from '../changes/changes.tsx';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import { AdviceDocument, HealthDocument } from '../generated/graphql.ts';
import { windowInput } from '../view/span.ts';
import { useShown } from '../view/use-view.ts';
import { Health } from './health.tsx';
import { NextSteps } from './next-steps.tsx';
import { Trust } from './trust.tsx';

/** Once the first answer is shown: the library that draws takes the browser as long as all before. */
const Pictures = lazy(async () => ({ default: (await import('./pictures.tsx')).Pictures }));

/** The first page. Its first screen answers four questions: are we all right, what changed and why, what next, can I trust it. */
export const Overview = memo(() => {
  const { filter, chosen, patternIds, plugins } = useShown();
  const health = useQuestion(HealthDocument, { filter }, { first: true });
  const advice = useQuestion(AdviceDocument, {
    filter,
    window: windowInput(chosen) ?? null,
    patternIds: patternIds.length > 0 ? patternIds : null,
    plugins: plugins.length > 0 ? plugins : null,
  });
  const runs = health.answer?.data.recordedExecutions ?? null;
  return (
    <>
      <h1 className="unseen">Overview</h1>
      <div className="first-screen">
        <Part name="Are we all right?" question={health}>
          {({ overview, recordedExecutions }) => overview && <Health overview={overview} runs={recordedExecutions} />}
        </Part>
        <Part name="What changed, and what next?" question={advice}>
          {answer => (
            <>
              {answer.changes && (
                <Changes changes={answer.changes.changes} executions={health.answer?.data.overview?.current.executions ?? 0} />
              )}
              <NextSteps answer={answer} runs={runs} />
            </>
          )}
        </Part>
        <Trust newest={health.answer?.data.overview?.to ?? null} />
      </div>
      {(health.answer || health.error) && (
        <Suspense fallback={<output className="card waiting">Pictures …</output>}>
          <Pictures />
        </Suspense>
      )}
    </>
  );
});
