/** Clients that note what they call and what they are told. */
import type { Figures, History } from './history.ts';

/**
 * Notes what a recorder process (`recorder.ts`) said: `call <id>…` before it calls, `ack <id> <position>` once it is answered,
 * `at <position> <figures>` of what a question gave.
 */
export function noteSaid(history: History, said: readonly string[]): void {
  for (const line of said) {
    const [word, first = '', ...rest] = line.split(' ');
    if (word === 'call') history.call(first, ...rest);
    if (word === 'ack') history.acknowledge(first, rest[0] ?? '');
    if (word === 'at') history.answer(first, JSON.parse(rest.join(' ')) as Figures);
  }
}
