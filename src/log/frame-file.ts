/**
 * A file of what was learned, that grows by frames: the lengths of a frame's two parts, a CRC-32 of them and both parts, then a head
 * (JSON, and blanks up to a multiple of 8 bytes) and a body of bytes. Derived: it needs no sync, since a frame that did not reach the disk
 * fails its checksum, and it is read up to the first that is torn or damaged.
 */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

/** Of one that was read, the bytes of the body are there until the next is asked for: their memory is used again. */
export type Frame = Readonly<{ head: unknown; body: Buffer }>;

const ALIGNMENT = 8;
const LENGTHS_BYTES = 8;
const CHECKSUM_BYTES = 4;
const START_BYTES = LENGTHS_BYTES + CHECKSUM_BYTES;
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

/** The frames of a file up to the first that is torn or damaged. While one is taken up, the next is read, which is not this thread's work. */
export async function* framesOf(handle: FileHandle): AsyncGenerator<Frame & { end: number }> {
  const file = { handle, size: (await handle.stat()).size };
  let [room, other] = [new Room(), new Room()];
  let reading = partsAt(file, START_BYTES, await bytesAt(handle, 0, Buffer.alloc(START_BYTES)), room);
  try {
    for (;;) {
      const parts = await reading;
      const frame = parts && frameOf(parts);
      if (!frame) return;
      [room, other] = [other, room];
      reading = partsAt(file, parts.end + START_BYTES, parts.next, room);
      reading.catch(() => undefined);
      yield frame;
    }
  } finally {
    await reading.catch(() => undefined);
  }
}

/**
 * A frame as it was read: `start` are its lengths and checksum, which is not looked at yet, `bytes` those of its head, then those of its
 * body; `next` is the start of the frame behind it, undefined where the file ends.
 */
type Parts = Readonly<{ start: Buffer; bytes: Buffer; headBytes: number; end: number; next: Buffer | undefined }>;

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
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(checksumOf(lengths, parts));
  return Buffer.concat([lengths, checksum, parts]);
}

/** Of the lengths too: without them a stretch of zeros would be a frame of nothing. */
function checksumOf(lengths: Buffer, parts: Buffer): number {
  return crc32(lengths, crc32(parts));
}

/** The parts behind a start, and the next start: all in one call, which waits for nothing of this thread's. */
async function partsAt(
  { handle, size }: Readonly<{ handle: FileHandle; size: number }>,
  offset: number,
  start: Buffer | undefined,
  room: Room,
): Promise<Parts | undefined> {
  if (!start) return undefined;
  const [headBytes, bodyBytes] = [start.readUInt32LE(0), start.readUInt32LE(4)];
  const length = headBytes + bodyBytes;
  const end = offset + length;
  if (Math.max(headBytes, bodyBytes) > MAX_PART_BYTES || end > size) return undefined;
  const read = await bytesAt(handle, offset, room.of(Math.min(length + START_BYTES, size - offset)));
  if (!read) return undefined;
  const next = read.length < length + START_BYTES ? undefined : Buffer.from(read.subarray(length));
  return { start, bytes: read.subarray(0, length), headBytes, end, next };
}

/** Undefined where the checksum is another one. */
function frameOf({ start, bytes, headBytes, end }: Parts): (Frame & { end: number }) | undefined {
  if (start.readUInt32LE(LENGTHS_BYTES) !== checksumOf(start.subarray(0, LENGTHS_BYTES), bytes)) return undefined;
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
