/**
 * What a page asks first: a script of its own, which the browser runs while all else is still on its way (`vite.config.ts`), so it must
 * stay small. The overview is most often of the last month: its figures are asked for beside what decides that. A wrong guess costs an
 * answer, and nothing else.
 */
import { ExtentDocument, HealthDocument } from '../generated/graphql.ts';
import { filterOf, readChoice } from '../view/choice.ts';
import { MONTH } from '../view/default-window.ts';
import { type Answered, ask, type Document } from './ask.ts';

/** A question whose answer is on its way. */
export type Asked = Readonly<{ question: string; variables: object; answer: Promise<Answered<unknown>> }>;

export const firstQuestions: readonly Asked[] = [
  asked(ExtentDocument, {}),
  ...(location.pathname === '/'
    ? [asked(HealthDocument, { filter: filterOf(readChoice(new URLSearchParams(location.search)), MONTH) })]
    : []),
];

function asked<Answer, Variables extends object>(document: Document<Answer, Variables>, variables: Variables): Asked {
  return { question: document.toString(), variables, answer: ask(document, variables) };
}
