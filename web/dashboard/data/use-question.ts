import { keepPreviousData, QueryClient, useQuery } from '@tanstack/react-query';
import { type Answered, ask, type Document, NoAnswer } from './ask.ts';
import type { Asked } from './first-questions.ts';

/** Answers stay right until something is recorded (`ask-again.ts` says when), so that coming back to a page asks nothing again. */
export const questions = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && error instanceof NoAnswer && error.isPassing,
      retryDelay: failures => 500 * 2 ** failures,
    },
  },
});

/** `answer`: the latest one, of the variables before while new ones are asked for (`waiting`). */
export type Question<Answer> = Readonly<{ answer: Answered<Answer> | undefined; error: Error | undefined; waiting: boolean }>;

/** Takes an answer that is on its way for the question when it is asked. */
export function answerWith({ question, variables, answer }: Asked): void {
  void questions.prefetchQuery({ queryKey: [question, variables], queryFn: () => answer });
}

/** `first`: when something was recorded, before all others. `everyMs`: also without a reason, for what no record moves. */
export type Asking = Readonly<{ first?: boolean; everyMs?: number }>;

/** Asks, and asks again when something was recorded. `false` in place of variables: not now. */
export function useQuestion<Answer, Variables>(
  document: Document<Answer, Variables>,
  variables: Variables | false,
  { first = false, everyMs }: Asking = {},
): Question<Answer> {
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: [document.toString(), variables],
    queryFn: ({ signal }) => ask(document, variables as Variables, signal),
    placeholderData: keepPreviousData,
    enabled: variables !== false,
    meta: { first },
    refetchInterval: everyMs ?? false,
  });
  return { answer: data, error: error ?? undefined, waiting: isPlaceholderData };
}
