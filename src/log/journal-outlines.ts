/** The journal's rows in short, for who asks for no more of them. */
import { isUtf8 } from 'node:buffer';
import { type JournalOutline, readJournalOutline } from '../record/record.ts';
import { decodeLazily, type NoRow } from './decode.ts';

const LINE_FEED = 10;

/** Reads what `decodeLazily` reads, and the same from it: whole lines, which begin at position `start`. */
export function decodeOutlines(bytes: Buffer, start: number): { rows: JournalOutline[]; rejected: NoRow[] } {
  if (!isUtf8(bytes)) return decodeLazily('journal', bytes, start);
  const decoded: { rows: JournalOutline[]; rejected: NoRow[] } = { rows: [], rejected: [] };
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, at);
    const outline = readJournalOutline(bytes, at, end, start + at);
    if (outline) decoded.rows.push(outline);
    else {
      const { rows, rejected } = decodeLazily('journal', bytes.subarray(at, end + 1), start + at);
      decoded.rows.push(...rows);
      decoded.rejected.push(...rejected);
    }
    at = end + 1;
  }
  return decoded;
}
