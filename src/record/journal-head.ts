/** The head of a journal row, read from its bytes at a tenth of the time that the row takes. */
import { hash } from 'node:crypto';
import { type Base, parseBase } from './journal-row.ts';
import { parseTimestamp } from './timestamp.ts';

/** What the writer goes on from: the ids that are taken, when the execution ended, where its group began, and the chain. */
export type JournalHead = Readonly<{ executionId: string; workflowId: string; completedAt: number; base: Base; chain: string }>;

const COMMA = 44;
const QUOTE = 34;
/** Columns before the task's description: of these none holds a quote. */
const HEAD_COLUMNS = 4;
export const CHAIN_LENGTH = 32;
const HALF_LENGTH = 16;

/** What the chain hashes: the half of the row before, then the row. A longer line is left to `parseJournalLine`. */
const hashed = Buffer.allocUnsafeSlow(1 << 16);

/**
 * The head of the line between two places in `bytes`, which are UTF-8; undefined where `parseJournalLine` has to say whether it is
 * a row. The chain proves that this program wrote the line whole, so the columns behind the head are right and are not read.
 */
export function readJournalHead(bytes: Buffer, start: number, end: number): JournalHead | undefined {
  const headEnd = endOfHead(bytes, start, end - CHAIN_LENGTH);
  const chain = headEnd === undefined ? undefined : provenChain(bytes, start, end);
  if (headEnd === undefined || chain === undefined) return undefined;
  const [timestamp = '', kind, executionId = '', workflowId = ''] = bytes.toString('utf8', start, headEnd).split(',');
  const baseStart = bytes.lastIndexOf(COMMA, end - CHAIN_LENGTH - 2) + 1;
  const base = parseBase(bytes.toString('latin1', baseStart, end - CHAIN_LENGTH - 1));
  const completedAt = parseTimestamp(timestamp);
  if (kind !== 'execution' || completedAt === undefined || !base) return undefined;
  return { executionId, workflowId, completedAt, base, chain };
}

/** The place of the comma behind the head; undefined where a quote or the end comes first. */
function endOfHead(bytes: Buffer, start: number, end: number): number | undefined {
  let columns = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return undefined;
    if (byte === COMMA && ++columns === HEAD_COLUMNS) return at;
  }
  return undefined;
}

/** The chain that ends the line between two places, if it fits the line's bytes. */
export function provenChain(bytes: Buffer, start: number, end: number): string | undefined {
  const chainStart = end - CHAIN_LENGTH;
  const length = HALF_LENGTH + chainStart - start;
  if (chainStart <= start || bytes[chainStart - 1] !== COMMA || length > hashed.length || !isHexadecimal(bytes, chainStart, end))
    return undefined;
  const chain = bytes.toString('latin1', chainStart, end);
  bytes.copy(hashed, 0, chainStart, chainStart + HALF_LENGTH);
  bytes.copy(hashed, HALF_LENGTH, start, chainStart);
  return hash('sha256', hashed.subarray(0, length)).startsWith(chain.slice(HALF_LENGTH)) ? chain : undefined;
}

const [ZERO, NINE, A, F] = [48, 57, 97, 102];

function isHexadecimal(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (!((byte >= ZERO && byte <= NINE) || (byte >= A && byte <= F))) return false;
  }
  return true;
}
