/**
 * The table's rows in a file, so that a start need not read the logs anew. Derived: without the file, or from where it is torn, damaged
 * or of another version, the logs are read.
 *
 * The file is a row of frames, each of which goes on where the one before ended: the lengths of its two parts, a SHA-256 of both,
 * then a head (JSON) and the columns, one after the other. It needs no sync: a frame that did not reach the disk fails its hash.
 */
import { hash } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { tryLock, unlock } from 'fs-native-extensions';
import type { Numbers } from './blocks.ts';

const VERSION = 1;
const LENGTHS_BYTES = 8;
const HASH_BYTES = 32;
/** More than any frame holds: a length beyond it is damage, and must not become memory. */
const MAX_PART_BYTES = 1 << 30;

const KINDS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f64: Float64Array } as const;
type Kind = keyof typeof KINDS;

/** What was added at once: a head of JSON, and columns. */
export type Frame = Readonly<{ head: unknown; columns: readonly Numbers[] }>;

export class SavedRows {
  readonly #handle: FileHandle;
  /** Where the last frame ends that fits: the next one goes there. */
  #end = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Opens the file; creates it and its folder when missing. Fails where another process holds it. */
  static async open(path: string): Promise<SavedRows> {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, 'r+').catch(error => (error.code === 'ENOENT' ? open(path, 'wx+') : Promise.reject(error)));
    if (tryLock(handle.fd)) return new SavedRows(handle);
    await handle.close();
    throw new Error(`${path} is held by another process: give each service a STATE_DIR of its own`);
  }

  /** The frames in their order, up to the first that is torn or damaged; the next `append` goes there. */
  async *read(): AsyncGenerator<Frame> {
    this.#end = 0;
    const { size } = await this.#handle.stat();
    for (let frame = await this.#frameAt(0, size); frame; frame = await this.#frameAt(this.#end, size)) {
      yield frame;
      // Not before: one that the reader stops at, since it does not go on, is overwritten.
      this.#end += frame.bytes;
    }
  }

  async clear(): Promise<void> {
    await this.#handle.truncate(0);
    this.#end = 0;
  }

  /** Adds a frame. After a failure, what did get in is overwritten by the next. */
  async append({ head, columns }: Frame): Promise<void> {
    const text = Buffer.from(
      JSON.stringify({ version: VERSION, columns: columns.map(({ length, BYTES_PER_ELEMENT: bytes }) => [kindOf(bytes), length]), head }),
    );
    const bytes = columns.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength));
    const parts = Buffer.concat([text, ...bytes]);
    const lengths = Buffer.alloc(LENGTHS_BYTES);
    lengths.writeUInt32LE(text.length, 0);
    lengths.writeUInt32LE(parts.length - text.length, 4);
    const frame = Buffer.concat([lengths, hash('sha256', parts, 'buffer'), parts]);
    for (let done = 0; done < frame.length; )
      done += (await this.#handle.write(frame, done, frame.length - done, this.#end + done)).bytesWritten;
    this.#end += frame.length;
  }

  async close(): Promise<void> {
    unlock(this.#handle.fd);
    await this.#handle.close();
  }

  async #frameAt(offset: number, size: number): Promise<(Frame & { bytes: number }) | undefined> {
    const start = await this.#bytes(offset, LENGTHS_BYTES + HASH_BYTES, size);
    if (!start) return undefined;
    const [headBytes, columnBytes] = [start.readUInt32LE(0), start.readUInt32LE(4)];
    if (headBytes > MAX_PART_BYTES || columnBytes > MAX_PART_BYTES) return undefined;
    const parts = await this.#bytes(offset + start.length, headBytes + columnBytes, size);
    if (!parts || !hash('sha256', parts, 'buffer').equals(start.subarray(LENGTHS_BYTES))) return undefined;
    const { version, columns, head } = JSON.parse(parts.toString('utf8', 0, headBytes)) as StoredHead;
    if (version !== VERSION) return undefined;
    return { head, columns: columnsOf(columns, parts.subarray(headBytes)), bytes: start.length + parts.length };
  }

  async #bytes(offset: number, length: number, size: number): Promise<Buffer | undefined> {
    if (offset + length > size) return undefined;
    const buffer = Buffer.allocUnsafeSlow(length);
    for (let filled = 0; filled < length; ) {
      const { bytesRead } = await this.#handle.read(buffer, filled, length - filled, offset + filled);
      if (bytesRead === 0) return undefined;
      filled += bytesRead;
    }
    return buffer;
  }
}

type StoredHead = { version: number; columns: readonly (readonly [kind: Kind, length: number])[]; head: unknown };

function kindOf(bytes: number): Kind {
  if (bytes === 1) return 'u8';
  if (bytes === 2) return 'u16';
  return bytes === 4 ? 'u32' : 'f64';
}

/** Copies, since numbers must begin at a multiple of their size. */
function columnsOf(kinds: StoredHead['columns'], bytes: Buffer): Numbers[] {
  let at = 0;
  return kinds.map(([kind, length]) => {
    const numbers = new KINDS[kind](length);
    const end = at + numbers.byteLength;
    new Uint8Array(numbers.buffer).set(bytes.subarray(at, end));
    at = end;
    return numbers;
  });
}
