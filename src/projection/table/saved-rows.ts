/**
 * The table's rows in a file, so that a start need not read the logs anew. Derived: without the file, or from where it is torn, damaged
 * or of another version, the logs are read. The body of a frame holds columns, one after the other, each at a multiple of 8 bytes, so that it
 * is read where it stands.
 */
import { tryLock, unlock } from 'fs-native-extensions';
import { aligned, FrameFile } from '../../log/log.ts';
import type { Numbers } from './blocks.ts';

const VERSION = 4;

const KINDS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f64: Float64Array } as const;
type Kind = keyof typeof KINDS;

/** What was added at once: a head of JSON, and columns; of what was read, these are there until the next is asked for. */
export type SavedColumns = Readonly<{ head: unknown; columns: readonly Numbers[] }>;

type StoredHead = Readonly<{ version: number; columns: readonly (readonly [kind: Kind, length: number])[]; head: unknown }>;

export class SavedRows {
  readonly #file: FrameFile;

  private constructor(file: FrameFile) {
    this.#file = file;
  }

  /** Opens the file; creates it and its folder when missing. Fails where another process holds it. */
  static async open(path: string): Promise<SavedRows> {
    const file = await FrameFile.open(path);
    if (tryLock(file.handle.fd)) return new SavedRows(file);
    await file.close();
    throw new Error(`${path} is held by another process: give each service a STATE_DIR of its own`);
  }

  /** What was added, in order, up to the first frame that is torn, damaged or of another version; the next `append` goes there. */
  async *read(): AsyncGenerator<SavedColumns> {
    for await (const frame of this.#file.read()) {
      const { version, columns, head } = frame.head as StoredHead;
      if (version !== VERSION) return;
      yield { head, columns: columnsOf(columns, frame.body) };
    }
  }

  clear(): Promise<void> {
    return this.#file.clear();
  }

  /** Adds what goes on from there. After a failure, what did get in is overwritten by the next. */
  append({ head, columns }: SavedColumns): Promise<void> {
    const kinds = columns.map(({ length, BYTES_PER_ELEMENT: bytes }) => [kindOf(bytes), length] as const);
    const body = Buffer.concat(
      columns.flatMap(({ buffer, byteOffset, byteLength }) => [
        Buffer.from(buffer, byteOffset, byteLength),
        Buffer.alloc(aligned(byteLength) - byteLength),
      ]),
    );
    const stored: StoredHead = { version: VERSION, columns: kinds, head };
    return this.#file.append({ head: stored, body });
  }

  async close(): Promise<void> {
    unlock(this.#file.handle.fd);
    await this.#file.close();
  }
}

function kindOf(bytes: number): Kind {
  if (bytes === 1) return 'u8';
  if (bytes === 2) return 'u16';
  return bytes === 4 ? 'u32' : 'f64';
}

function columnsOf(kinds: StoredHead['columns'], { buffer, byteOffset }: Buffer): Numbers[] {
  let at = byteOffset;
  return kinds.map(([kind, length]) => {
    const numbers = new KINDS[kind](buffer as ArrayBuffer, at, length);
    at += aligned(numbers.byteLength);
    return numbers;
  });
}
