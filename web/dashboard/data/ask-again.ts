/** When what is shown is asked for again: as the logs go on, what is looked at first before all others, and never all the time. */
import type { Query } from '@tanstack/react-query';
import { lastAsOf } from './ask.ts';
import { questions } from './use-question.ts';

type Rounds = {
  isMine: (query: Query) => boolean;
  pauseMs: (tookMs: number) => number;
  asking: boolean;
  wanted: string | undefined;
  done: string | undefined;
};

const isFirst = ({ meta }: Query) => meta?.['first'] === true;

/** More often nobody reads. */
const FIRST: Rounds = { isMine: isFirst, pauseMs: () => 400, asking: false, wanted: undefined, done: undefined };

/** A page that is open all day, by many, beside an orchestrator that never rests: its questions take a fifth of the time at most. */
const OTHERS: Rounds = {
  isMine: query => !isFirst(query),
  pauseMs: tookMs => Math.max(2_000, 4 * tookMs),
  asking: false,
  wanted: undefined,
  done: undefined,
};

let started: Promise<void> | undefined;

/** The logs are at a position: what is shown is asked for again, unless it is of this position already. */
export async function askAgain(position: string): Promise<void> {
  started ??= answered().then(() => {
    FIRST.done = lastAsOf();
    OTHERS.done = lastAsOf();
  });
  await started;
  void goRound(FIRST, position);
  void goRound(OTHERS, position);
}

/** One round at a time; what comes meanwhile is one more. */
async function goRound(rounds: Rounds, position: string): Promise<void> {
  rounds.wanted = position;
  if (rounds.asking) return;
  rounds.asking = true;
  while (rounds.wanted !== rounds.done) {
    await seen();
    rounds.done = rounds.wanted;
    const startedAt = performance.now();
    await questions.invalidateQueries({ predicate: rounds.isMine }, { cancelRefetch: false });
    await new Promise(resolve => setTimeout(resolve, rounds.pauseMs(performance.now() - startedAt)));
  }
  rounds.asking = false;
}

/** Resolves when no question waits for its answer: what is on its way may be of the position already. */
function answered(): Promise<void> {
  if (questions.isFetching() === 0) return Promise.resolve();
  return new Promise(resolve => {
    const end = questions.getQueryCache().subscribe(() => {
      if (questions.isFetching() > 0) return;
      end();
      resolve();
    });
  });
}

/** Resolves when the page can be seen: behind another tab it asks nothing. */
function seen(): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise(resolve => document.addEventListener('visibilitychange', () => resolve(), { once: true }));
}
