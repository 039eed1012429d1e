/** What is a line is over: everything that reads a log reads up to a line feed. */
const LINE_FEED = 10;

/** How much of a log is read at once unless asked otherwise, in bytes. */
export const CHUNK_BYTES = 4 << 20;

/** Bytes by position. */
export interface Readable {
  read(from: number, to: number): Promise<Buffer>;
}

/** The whole lines from a position on: about a chunk, or one line where that is longer; empty where none is whole. */
export async function readLines(file: Readable, from: number, to: number, chunkBytes = CHUNK_BYTES): Promise<Buffer> {
  for (let length = chunkBytes; ; length *= 4) {
    const bytes = await file.read(from, Math.min(to, from + length));
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    if (end > 0 || from + length >= to) return bytes.subarray(0, end);
  }
}

/** All whole lines between two positions, a chunk at a time, each with the position where it starts. */
export async function* chunks(file: Readable, from: number, to: number): AsyncGenerator<{ start: number; bytes: Buffer }> {
  for (let start = from; start < to; ) {
    const bytes = await readLines(file, start, to);
    if (bytes.length === 0) return;
    yield { start, bytes };
    start += bytes.length;
  }
}

/** The end of the last whole line before `end`, found from behind; `from` where there is none. */
export async function endOfLines(file: Readable, from: number, end: number): Promise<number> {
  for (let to = end; to > from; ) {
    const start = Math.max(from, to - 65_536);
    const feed = (await file.read(start, to)).lastIndexOf(LINE_FEED);
    if (feed !== -1) return start + feed + 1;
    to = start;
  }
  return from;
}
