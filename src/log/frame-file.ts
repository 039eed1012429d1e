/**
 * A file of what was learned, that grows by frames: the lengths of a frame's two parts, a SHA-256 of both, then a head (JSON) and a body
 * of bytes. Derived: it needs no sync, since a frame that did not reach the disk fails its hash, and it is read up to the first that
 * is torn or damaged.
 */
import { hash } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

export type Frame = Readonly<{ head: unknown; body: Buffer }>;

const LENGTHS_BYTES = 8;
const HASH_BYTES = 32;
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

/** The frames of a file up to the first that is torn or damaged, each with the offset of its end. */
export async function* framesOf(handle: FileHandle): AsyncGenerator<Frame & { end: number }> {
  for (let end = 0; ; ) {
    const frame = await frameAt(handle, end);
    if (!frame) return;
    ({ end } = frame);
    yield frame;
  }
}

function frameBytes({ head, body }: Frame): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  const lengths = Buffer.alloc(LENGTHS_BYTES);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(body.length, 4);
  const parts = Buffer.concat([text, body]);
  return Buffer.concat([lengths, hash('sha256', parts, 'buffer'), parts]);
}

async function frameAt(handle: FileHandle, offset: number): Promise<(Frame & { end: number }) | undefined> {
  const start = await bytesAt(handle, offset, LENGTHS_BYTES + HASH_BYTES);
  if (!start) return undefined;
  const [headBytes, bodyBytes] = [start.readUInt32LE(0), start.readUInt32LE(4)];
  if (headBytes > MAX_PART_BYTES || bodyBytes > MAX_PART_BYTES) return undefined;
  const parts = await bytesAt(handle, offset + start.length, headBytes + bodyBytes);
  if (!parts || !hash('sha256', parts, 'buffer').equals(start.subarray(LENGTHS_BYTES))) return undefined;
  const head = JSON.parse(parts.toString('utf8', 0, headBytes)) as unknown;
  return { head, body: parts.subarray(headBytes), end: offset + start.length + parts.length };
}

async function bytesAt(handle: FileHandle, offset: number, length: number): Promise<Buffer | undefined> {
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
