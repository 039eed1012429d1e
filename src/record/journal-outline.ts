/** What a journal row says in short, read from its bytes at a fraction of the time that the row takes. */
import { EXECUTION_STATUSES } from './execution.ts';
import { readJournalHead } from './journal-head.ts';
import type { JournalOutline } from './rows.ts';

const COMMA = 44;
const QUOTE = 34;
const HEAD_COLUMNS = 4;

/**
 * The outline of the line between two places in `bytes`, which are UTF-8, and at a position in the log; undefined where `parseJournalLine` has to say whether it is
 * a row. As for `readJournalHead` the chain proves that this program wrote the line whole.
 */
export function readJournalOutline(bytes: Buffer, start: number, end: number, position: number): JournalOutline | undefined {
  const head = readJournalHead(bytes, start, end);
  if (!head) return undefined;
  const { workflowId, completedAt, base, chain } = head;
  let at = start;
  for (let column = 0; column < HEAD_COLUMNS; column++) at = bytes.indexOf(COMMA, at) + 1;
  const next = (): string => {
    const from = at;
    at = endOfField(bytes, from, end) + 1;
    return bytes.toString('utf8', from, at - 1);
  };
  const [patternId, patternName] = [next(), next()];
  if (patternId.startsWith('"') || patternName.startsWith('"')) return undefined;
  at = endOfField(bytes, at, end) + 1;
  const word = next();
  const status = EXECUTION_STATUSES.find(known => known === word);
  for (let time = 0; time < 2; time++) at = endOfField(bytes, at, end) + 1;
  const duration = next();
  if (!status || !/^\d+$/.test(duration)) return undefined;
  const execution = { workflowId, patternId, patternName, status, completedAt, durationMs: Number(duration) };
  return { start: position, end: position + end + 1 - start, execution, base, chain };
}

/** The place of the comma behind the field that begins at a place, or the end. */
function endOfField(bytes: Buffer, start: number, end: number): number {
  let quoted = false;
  for (let at = start; at < end; at++) {
    if (bytes[at] === QUOTE) quoted = !quoted;
    else if (bytes[at] === COMMA && !quoted) return at;
  }
  return end;
}
