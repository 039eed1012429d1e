import { lazy, Suspense } from 'react';
import { Changes } from '../changes/changes.tsx';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import { FirstScreenDocument } from '../generated/graphql.ts';
import { windowInput } from '../view/span.ts';
import { useShown } from '../view/use-view.ts';
import { Health } from './health.tsx';
import { NextSteps } from './next-steps.tsx';
import { Trust } from './trust.tsx';

const Pictures = lazy(async () => ({ default: (await import('./pictures.tsx')).Pictures }));

/** The first page. Its first screen answers four questions: are we all right, what changed and why, what next, can I trust it. */
export function Overview() {
  const { filter, chosen, patternIds, plugins } = useShown();
  const question = useQuestion(
    FirstScreenDocument,
    {
      filter,
      window: windowInput(chosen) ?? null,
      patternIds: patternIds.length > 0 ? patternIds : null,
      plugins: plugins.length > 0 ? plugins : null,
    },
    { first: true },
  );
  return (
    <>
      <h1 className="unseen">Overview</h1>
      <Part name="The first screen" question={question}>
        {answer => (
          <div className="first-screen">
            {answer.overview && <Health overview={answer.overview} runs={answer.recordedExecutions} />}
            {answer.changes && answer.overview && (
              <Changes changes={answer.changes.changes} executions={answer.overview.current.executions} />
            )}
            <NextSteps answer={answer} />
            {answer.overview && <Trust newest={answer.overview.to} />}
          </div>
        )}
      </Part>
      <Suspense fallback={<output className="card waiting">Pictures …</output>}>
        <Pictures />
      </Suspense>
    </>
  );
}
