/** How long each question takes, one client asking one at a time. */
import type { Question } from './dashboard-questions.ts';
import type { Filter, QuestionClient } from './question-client.ts';

/** Milliseconds. `again`: as of the position that the answer before carried. `bytes`: of an answer. */
export type Times = { readonly question: Question; readonly fresh: number[]; readonly again: number[]; bytes: number };

/** Each question is asked so often, or until the seconds are over, but not fewer times than `atLeast`; a tenth of that before it counts. */
export type Asking = Readonly<{ rounds: number; seconds: number; atLeast: number }>;

/**
 * All questions in turn, round after round, so that the position has moved before a question comes again; an answer whose position has
 * not is left out.
 *
 * @throws where an answer asked again as of its position is another one.
 */
export async function timeQuestions(
  client: QuestionClient,
  questions: readonly Question[],
  filter: Filter,
  { rounds, seconds, atLeast }: Asking,
): Promise<Times[]> {
  await askInTurn(client, questions, filter, { rounds: Math.ceil(rounds / 10), seconds: seconds / 10, atLeast: 1 });
  return askInTurn(client, questions, filter, { rounds, seconds, atLeast });
}

async function askInTurn(
  client: QuestionClient,
  questions: readonly Question[],
  filter: Filter,
  { rounds, seconds, atLeast }: Asking,
): Promise<Times[]> {
  const times: Times[] = questions.map(question => ({ question, fresh: [], again: [], bytes: 0 }));
  const seen = new Map<Question, string | undefined>();
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < rounds && (round < atLeast || performance.now() < end); round++) {
    for (const taken of times) {
      const { question } = taken;
      const answer = await client.ask(question, filter);
      const moved = answer.asOf === undefined || answer.asOf !== seen.get(question);
      seen.set(question, answer.asOf);
      if (moved) taken.fresh.push(answer.ms);
      taken.bytes = answer.bytes;
      if (answer.asOf === undefined) continue;
      const repeated = await client.ask(question, filter, answer.asOf);
      if (JSON.stringify(repeated.value) !== JSON.stringify(answer.value)) throw new Error(`${question.name} asked again is not the same`);
      taken.again.push(repeated.ms);
    }
  }
  return times;
}

/** What was measured of the same questions, one time and another. */
export function joined(one: readonly Times[], other: readonly Times[]): Times[] {
  return other.map((times, index) => {
    const before = one[index];
    return { ...times, fresh: [...(before?.fresh ?? []), ...times.fresh], again: [...(before?.again ?? []), ...times.again] };
  });
}

/** The same questions as of older positions, each of them new to a question. */
export async function timeOlder(client: QuestionClient, questions: readonly Question[], positions: readonly string[]): Promise<number[][]> {
  const older: number[][] = questions.map(() => []);
  for (const round of positions.keys()) {
    for (const [index, question] of questions.entries()) {
      if (!question.takes.asOf) continue;
      // Not all at one position in one round: what the first would have to prepare, the others would find.
      older[index]?.push((await client.ask(question, {}, positions[(round + index) % positions.length])).ms);
    }
  }
  return older;
}
