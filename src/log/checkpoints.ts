/**
 * What the writer knows of the logs, saved as it grows, so that opening reads only what came after. Derived: without the file,
 * or with one that is torn, damaged or of other logs, the logs are read from where it still holds, or from the beginning.
 *
 * The file is a row of frames, each of which goes on where the one before ended: the lengths of its two parts, a SHA-256 of
 * them, then a head (JSON) and the entries of the id table. It needs no sync: a frame that did not reach the disk fails its hash.
 */
import { hash } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PluginUsageValues } from '../record/record.ts';
import { formatPosition, LOG_NAMES, type LogName, type Position, parsePosition } from './position.ts';

/** What was learned from one stretch of the logs. */
export type Checkpoint = Readonly<{
  from: Position;
  to: Position;
  /** The whole chain of the last journal row before `to`. */
  chain: string;
  /** The latest `completedAt` of all executions before `to`, milliseconds since 1970; undefined without any. */
  newest: number | undefined;
  /** SHA-256 of each log's bytes between the two positions, in hexadecimal digits. */
  digests: Readonly<Record<LogName, string>>;
  /** The latest totals of the plugins that have a row in the stretch. */
  usage: readonly PluginUsageValues[];
  /** The latest names of the patterns that the stretch named anew. */
  patternNames: readonly (readonly [patternId: string, name: string])[];
  /** Entries of the id table. */
  ids: Uint32Array;
}>;

const VERSION = 1;
const LENGTHS_BYTES = 8;
const HASH_BYTES = 32;
/** More than any frame holds: a length beyond it is damage, and must not become memory. */
const MAX_PART_BYTES = 1 << 30;

export class CheckpointFile {
  readonly #handle: FileHandle;
  /** Where the last frame ends that fits: the next one goes there. */
  #end = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Opens the file; creates it and its folder when missing. */
  static async open(path: string): Promise<CheckpointFile> {
    await mkdir(dirname(path), { recursive: true });
    // 'a+' would write at the end of a torn frame.
    const handle = await open(path, 'r+').catch(error => (error.code === 'ENOENT' ? open(path, 'wx+') : Promise.reject(error)));
    return new CheckpointFile(handle);
  }

  /** The checkpoints in their order, up to the first frame that is torn or damaged; the next `append` goes there. */
  async *read(): AsyncGenerator<Checkpoint> {
    this.#end = 0;
    for await (const { checkpoint, end } of frames(this.#handle)) {
      yield checkpoint;
      // Not before: one that the reader stops at, since it does not go on, is overwritten.
      this.#end = end;
    }
  }

  /** Forgets all of them. */
  async clear(): Promise<void> {
    await this.#handle.truncate(0);
    this.#end = 0;
  }

  /** Adds the next one. After a failure, what did get in is overwritten by the next. */
  append(checkpoint: Checkpoint): Promise<void> {
    const written = this.#writing.then(async () => {
      const frame = formatFrame(checkpoint);
      let done = 0;
      while (done < frame.length) done += (await this.#handle.write(frame, done, frame.length - done, this.#end + done)).bytesWritten;
      this.#end += frame.length;
    });
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#handle.close();
  }
}

/** The checkpoints of a file, for readers beside its owner; none where it is missing. */
export async function* readCheckpoints(path: string): AsyncGenerator<Checkpoint> {
  const handle = await open(path, 'r').catch(error => (error.code === 'ENOENT' ? undefined : Promise.reject(error)));
  if (!handle) return;
  try {
    for await (const { checkpoint } of frames(handle)) yield checkpoint;
  } finally {
    await handle.close();
  }
}

/** The frames of a file up to the first that is torn or damaged, each with the offset of its end. */
async function* frames(handle: FileHandle): AsyncGenerator<{ checkpoint: Checkpoint; end: number }> {
  for (let end = 0; ; ) {
    const frame = await readFrame(handle, end);
    if (!frame) return;
    end += frame.bytes;
    yield { checkpoint: frame.checkpoint, end };
  }
}

function formatFrame({ ids, from, to, usage, ...rest }: Checkpoint): Buffer {
  const totals = usage.map(row => ({ ...row, totalDurationUs: String(row.totalDurationUs) }));
  const head = Buffer.from(
    JSON.stringify({ version: VERSION, from: formatPosition(from), to: formatPosition(to), usage: totals, ...rest }),
  );
  const entries = Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength);
  const lengths = Buffer.alloc(LENGTHS_BYTES);
  lengths.writeUInt32LE(head.length, 0);
  lengths.writeUInt32LE(entries.length, 4);
  const parts = Buffer.concat([head, entries]);
  return Buffer.concat([lengths, hash('sha256', parts, 'buffer'), parts]);
}

/** The frame that starts at an offset; undefined where none does that is whole and of this version. */
async function readFrame(handle: FileHandle, offset: number): Promise<{ checkpoint: Checkpoint; bytes: number } | undefined> {
  const start = await readBytes(handle, offset, LENGTHS_BYTES + HASH_BYTES);
  if (!start) return undefined;
  const [headBytes, entriesBytes] = [start.readUInt32LE(0), start.readUInt32LE(4)];
  if (headBytes > MAX_PART_BYTES || entriesBytes > MAX_PART_BYTES) return undefined;
  const parts = await readBytes(handle, offset + start.length, headBytes + entriesBytes);
  if (!parts || !hash('sha256', parts, 'buffer').equals(start.subarray(LENGTHS_BYTES))) return undefined;
  const head = JSON.parse(parts.toString('utf8', 0, headBytes)) as StoredHead;
  if (head.version !== VERSION) return undefined;
  const { version: _, ...rest } = head;
  return {
    checkpoint: {
      ...rest,
      newest: rest.newest,
      from: parsePosition(rest.from),
      to: parsePosition(rest.to),
      usage: rest.usage.map(row => ({ ...row, totalDurationUs: BigInt(row.totalDurationUs) })),
      // A copy, since words must begin at a multiple of four bytes.
      ids: new Uint32Array(Uint8Array.prototype.slice.call(parts, headBytes).buffer),
    },
    bytes: start.length + parts.length,
  };
}

type StoredHead = Omit<Checkpoint, 'from' | 'to' | 'usage' | 'ids'> & {
  version: number;
  from: string;
  to: string;
  usage: (Omit<PluginUsageValues, 'totalDurationUs'> & { totalDurationUs: string })[];
};

async function readBytes(handle: FileHandle, offset: number, length: number): Promise<Buffer | undefined> {
  const { size } = await handle.stat();
  if (offset + length > size) return undefined;
  const buffer = Buffer.allocUnsafeSlow(length);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) return undefined;
    filled += bytesRead;
  }
  return buffer;
}

/** True where one checkpoint goes on exactly where another ended. */
export function goesOn(from: Position, to: Position): boolean {
  return LOG_NAMES.every(log => from[log] === to[log]) && from.chain === to.chain;
}
