import { PageLink } from '../app/page-link.tsx';
import { patternPath } from '../app/place.ts';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import { counted, duration, instant, number } from '../figures/format.ts';
import { ExecutionPageDocument, type ExecutionPageQuery, UsualDurationDocument } from '../generated/graphql.ts';
import { Status } from '../overview/run-status.tsx';
import { useShown } from '../view/use-view.ts';
import { Steps } from './steps.tsx';

type Execution = NonNullable<ExecutionPageQuery['recordedExecution']>;

/** One execution as it was recorded: what was asked, how it ended, and its steps in time. */
export function ExecutionPage({ executionId }: { executionId: string }) {
  const question = useQuestion(ExecutionPageDocument, { executionId });
  return (
    <Part name={executionId} question={question}>
      {({ recordedExecution }) => (recordedExecution ? <Content execution={recordedExecution} /> : <Unknown executionId={executionId} />)}
    </Part>
  );
}

function Unknown({ executionId }: { executionId: string }) {
  return (
    <section className="card">
      <h1>
        <bdi>{executionId}</bdi>
      </h1>
      <p>No execution with this id is recorded. Runs that other programs wrote into the logs are counted, but have no page.</p>
    </section>
  );
}

function Content({ execution }: { execution: Execution }) {
  const { timeZone } = useShown();
  const { executionId, patternId, patternName, status, taskDescription, errorMessage, notes } = execution;
  return (
    <>
      <div className="title">
        <h1>
          <bdi>{executionId}</bdi>
        </h1>
        <p className="verdict">
          <Status status={status} /> after {duration(execution.durationMs / 1000)} <Usual execution={execution} />
        </p>
      </div>
      <section className="card">
        <dl>
          <dt>Pattern</dt>
          <dd>
            <PageLink to={patternPath(patternId)}>{patternName}</PageLink>
          </dd>
          <Text name="Task" text={taskDescription} />
          <Text name="Started" text={instant(execution.startedAt, timeZone)} />
          <Text name="Ended" text={instant(execution.completedAt, timeZone)} />
          <Text name="Error" text={errorMessage ?? ''} />
          <Text name="Notes" text={notes} />
          <Text name="Files created" text={String(execution.filesCreated)} />
          <Text name="Workflow" text={execution.workflowId} />
          {execution.attributes.map(({ key, value }) => (
            <Text key={key} name={key} text={value} />
          ))}
        </dl>
      </section>
      <section className="card">
        <h2>{counted(execution.steps.length, 'step')}</h2>
        <Steps steps={execution.steps} startedAt={execution.startedAt} />
      </section>
    </>
  );
}

/** Beside what its pattern usually takes. */
function Usual({ execution: { patternId, durationMs } }: { execution: Execution }) {
  const usual = useQuestion(UsualDurationDocument, { patternIds: [patternId] }).answer?.data.patternStats?.patterns[0]?.durations;
  if (!usual?.medianSeconds) return null;
  const factor = durationMs / 1000 / usual.medianSeconds;
  return (
    <small>
      {number(factor)} times the median of its pattern, {duration(usual.medianSeconds)} (n {usual.n})
    </small>
  );
}

/** A text as it is; one that is a web address becomes a link, and nothing else does. */
function Text({ name, text }: { name: string; text: string }) {
  if (text === '') return null;
  return (
    <>
      <dt>
        <bdi>{name}</bdi>
      </dt>
      <dd>
        {/^https?:\/\/\S+$/.test(text) ? (
          <a href={text} rel="noreferrer">
            {text}
          </a>
        ) : (
          <bdi>{text}</bdi>
        )}
      </dd>
    </>
  );
}
