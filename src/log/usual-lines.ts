/** How the lines of a log become columns: those in the form that this program writes from their bytes, all others by the reader of all. */
import { isUtf8 } from 'node:buffer';
import type { NoRow } from './decode.ts';

export interface LineReader<Row> {
  /** The end of the line at a place, if it is a row in the usual form and is added; what was written of another one is written over. */
  readLine(at: number): number | undefined;
  /** Adds a row of another form. */
  add(row: Row): void;
}

const LINE_FEED = 10;

/** Reads whole lines in their order, which begin at position `start`; `decode` reads lines in any form. Answers those that are no rows. */
export function readUsualLines<Row>(
  reader: LineReader<Row>,
  bytes: Buffer,
  start: number,
  decode: (bytes: Buffer, start: number) => Readonly<{ rows: readonly Row[]; rejected: readonly NoRow[] }>,
): NoRow[] {
  const noRows: NoRow[] = [];
  const readOdd = (from: number, to: number) => {
    const { rows, rejected } = decode(bytes.subarray(from, to), start + from);
    for (const row of rows) reader.add(row);
    for (const line of rejected) noRows.push(line);
    return to;
  };
  if (isUtf8(bytes)) for (let at = 0; at < bytes.length; ) at = reader.readLine(at) ?? readOdd(at, bytes.indexOf(LINE_FEED, at) + 1);
  else readOdd(0, bytes.length);
  return noRows;
}
