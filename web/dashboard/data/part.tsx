import type { ReactNode } from 'react';
import type { Trouble } from './ask.ts';
import { NoAnswer } from './ask.ts';
import type { Question } from './use-question.ts';

/** What stands where an answer will be, or why there is none. */
export function Part<Answer>({
  name,
  question,
  children,
}: {
  name: string;
  question: Question<Answer>;
  children: (answer: Answer) => ReactNode;
}) {
  const { answer, error, waiting } = question;
  if (error && !answer)
    return <Troubles name={name} troubles={error instanceof NoAnswer ? error.troubles : [{ code: '', message: error.message }]} />;
  if (!answer) return <output className="card waiting">{name} …</output>;
  return (
    <div className={waiting ? 'stale' : undefined} aria-busy={waiting}>
      {error instanceof NoAnswer && !error.isPassing && <Troubles name={name} troubles={error.troubles} />}
      {answer.troubles.length > 0 && <Troubles name={name} troubles={answer.troubles} />}
      {children(answer.data)}
    </div>
  );
}

export function Troubles({ name, troubles }: { name: string; troubles: readonly Trouble[] }) {
  return (
    <div role="alert" className="card trouble">
      <strong>{name}:</strong>{' '}
      {troubles.map(({ message, code }) => (
        <span key={message}>
          {message} {code && <code>{code}</code>}
        </span>
      ))}
    </div>
  );
}
