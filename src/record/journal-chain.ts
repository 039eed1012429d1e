/** The chain at the end of a journal row, compared with the row's bytes: it proves that this program wrote the line whole. */
import { hash } from 'node:crypto';

const COMMA = 44;
export const CHAIN_LENGTH = 32;
const HALF_LENGTH = 16;

/** What the chain hashes: the half of the row before, then the row. A longer line is left to `parseJournalLine`. */
const hashed = Buffer.allocUnsafeSlow(1 << 16);

/** Whether the line between two places ends in a chain that fits its bytes. */
export function isProven(bytes: Buffer, start: number, end: number): boolean {
  const chainStart = end - CHAIN_LENGTH;
  const length = HALF_LENGTH + chainStart - start;
  if (chainStart <= start || bytes[chainStart - 1] !== COMMA || length > hashed.length) return false;
  if (!isHexadecimal(bytes, chainStart, chainStart + HALF_LENGTH)) return false;
  bytes.copy(hashed, 0, chainStart, chainStart + HALF_LENGTH);
  bytes.copy(hashed, HALF_LENGTH, start, chainStart);
  const digest = hash('sha256', hashed.subarray(0, length));
  for (let at = 0; at < HALF_LENGTH; at++) if (bytes[chainStart + HALF_LENGTH + at] !== digest.charCodeAt(at)) return false;
  return true;
}

/** The chain of the row whose line ends at a place, before its line feed. */
export function chainBefore(bytes: Buffer, end: number): string {
  return bytes.toString('latin1', end - CHAIN_LENGTH, end);
}

const [ZERO, NINE, A, F] = [48, 57, 97, 102];

function isHexadecimal(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (!((byte >= ZERO && byte <= NINE) || (byte >= A && byte <= F))) return false;
  }
  return true;
}
