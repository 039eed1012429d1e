/**
 * A file of what was learned, that grows by frames: the lengths of a frame's two parts, a SHA-256 of both, then a head (JSON, and blanks
 * up to a multiple of 8 bytes) and a body of bytes. Derived: it needs no sync, since a frame that did not reach the disk fails its hash,
 * and it is read up to the first that is torn or damaged.
 */
import { hash, webcrypto } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Of one that was read, the bytes of the body are there until the next is asked for: their memory is used again. */
export type Frame = Readonly<{ head: unknown; body: Buffer }>;

const ALIGNMENT = 8;
const LENGTHS_BYTES = 8;
const HASH_BYTES = 32;
/** Frames that are read while one is taken up: the one that is hashed, and the one whose turn that is next. */
const AHEAD = 2;
/** More than any frame holds: a length beyond it is damage, and must not become memory. */
const MAX_PART_BYTES = 1 << 30;

export class FrameFile {
  /** For a lock of its owner's. */
  readonly handle: FileHandle;
  /** Where the last frame ends that fits: the next one goes there. */
  #end = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(handle: FileHandle) {
    this.handle = handle;
  }

  /** Opens the file; creates it and its folder when missing. */
  static async open(path: string): Promise<FrameFile> {
    await mkdir(dirname(path), { recursive: true });
    // 'a+' would write at the end of a torn frame.
    const handle = await open(path, 'r+').catch(error => (error.code === 'ENOENT' ? open(path, 'wx+') : Promise.reject(error)));
    return new FrameFile(handle);
  }

  /** The frames in their order, up to the first that is torn or damaged; the next `append` goes there. */
  async *read(): AsyncGenerator<Frame> {
    this.#end = 0;
    for await (const { end, ...frame } of framesOf(this.handle)) {
      yield frame;
      // Not before: one that the reader stops at, since it does not go on, is overwritten.
      this.#end = end;
    }
  }

  /** Forgets all of them. */
  async clear(): Promise<void> {
    await this.handle.truncate(0);
    this.#end = 0;
  }

  /** Adds the next one. After a failure, what did get in is overwritten by the next. */
  append(frame: Frame): Promise<void> {
    const written = this.#writing.then(async () => {
      const bytes = frameBytes(frame);
      let done = 0;
      while (done < bytes.length) done += (await this.handle.write(bytes, done, bytes.length - done, this.#end + done)).bytesWritten;
      this.#end += bytes.length;
    });
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.handle.close();
  }
}

/**
 * The frames of a file up to the first that is torn or damaged, each with the offset of its end. While one is taken up, the next are read
 * and hashed, which is not this thread's work.
 */
export async function* framesOf(handle: FileHandle): AsyncGenerator<Frame & { end: number }> {
  const checked: Promise<(Frame & { end: number }) | undefined>[] = [];
  // One that is taken up, and those ahead of it.
  const rooms = Array.from({ length: AHEAD + 1 }, () => new Room());
  let read: Promise<Pick<Parts, 'end'> | undefined> = Promise.resolve({ end: 0 });
  const readOn = (room: Room) => {
    const parts = read.then(before => before && partsAt(handle, before.end, room));
    read = parts;
    const frame = parts.then(frameOf);
    frame.catch(() => undefined);
    checked.push(frame);
  };
  try {
    for (let number = 0; ; number++) {
      while (checked.length <= AHEAD) readOn(rooms[(number + checked.length) % rooms.length] as Room);
      const frame = await checked.shift();
      if (!frame) return;
      yield frame;
    }
  } finally {
    await Promise.allSettled(checked);
  }
}

/** A frame as it was read: `bytes` are those of its head, then those of its body; its hash is not looked at yet. */
type Parts = Readonly<{ hash: Buffer; bytes: Buffer; headBytes: number; end: number }>;

/** Memory for one frame after the other. */
class Room {
  #bytes = Buffer.alloc(0);

  of(length: number): Buffer {
    if (this.#bytes.length < length) this.#bytes = Buffer.allocUnsafeSlow(length);
    return this.#bytes.subarray(0, length);
  }
}

/** As many bytes and so many more that what comes behind them begins at a multiple of 8, as bodies do. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function frameBytes({ head, body }: Frame): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const text = Buffer.alloc(aligned(json.length), ' ');
  json.copy(text);
  const lengths = Buffer.alloc(LENGTHS_BYTES);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(body.length, 4);
  const parts = Buffer.concat([text, body]);
  return Buffer.concat([lengths, hash('sha256', parts, 'buffer'), parts]);
}

async function partsAt(handle: FileHandle, offset: number, room: Room): Promise<Parts | undefined> {
  const start = await bytesAt(handle, offset, Buffer.alloc(LENGTHS_BYTES + HASH_BYTES));
  if (!start) return undefined;
  const [headBytes, bodyBytes] = [start.readUInt32LE(0), start.readUInt32LE(4)];
  const end = offset + start.length + headBytes + bodyBytes;
  const { size } = await handle.stat();
  if (Math.max(headBytes, bodyBytes) > MAX_PART_BYTES || end > size) return undefined;
  const bytes = await bytesAt(handle, offset + start.length, room.of(headBytes + bodyBytes));
  return bytes && { hash: start.subarray(LENGTHS_BYTES), bytes, headBytes, end };
}

/** Undefined where the hash is another one. */
async function frameOf(parts: Parts | undefined): Promise<(Frame & { end: number }) | undefined> {
  if (!parts) return undefined;
  const { bytes, headBytes, end } = parts;
  if (!parts.hash.equals(new Uint8Array(await webcrypto.subtle.digest('SHA-256', bytes)))) return undefined;
  return { head: JSON.parse(bytes.toString('utf8', 0, headBytes)) as unknown, body: bytes.subarray(headBytes), end };
}

/** Fills a buffer; undefined where the file ends before. */
async function bytesAt(handle: FileHandle, offset: number, buffer: Buffer): Promise<Buffer | undefined> {
  for (let filled = 0; filled < buffer.length; ) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, offset + filled);
    if (bytesRead === 0) return undefined;
    filled += bytesRead;
  }
  return buffer;
}
