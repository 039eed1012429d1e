/**
 * What the writer knows of the logs, saved as it grows, so that opening reads only what came after. Derived: without the file,
 * or with one that is torn, damaged or of other logs, the logs are read from where it still holds, or from the beginning.
 *
 * The file is a row of frames, each of which goes on where the one before ended; the body of each holds entries of the id table.
 */
import { open } from 'node:fs/promises';
import type { PluginUsageValues } from '../record/record.ts';
import { type Frame, FrameFile, framesOf } from './frame-file.ts';
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

export class CheckpointFile {
  readonly #file: FrameFile;

  private constructor(file: FrameFile) {
    this.#file = file;
  }

  /** Opens the file; creates it and its folder when missing. */
  static async open(path: string): Promise<CheckpointFile> {
    return new CheckpointFile(await FrameFile.open(path));
  }

  /** The checkpoints in their order, up to the first frame that is torn, damaged or of another version; the next `append` goes there. */
  read(): AsyncGenerator<Checkpoint> {
    return checkpointsOf(this.#file.read());
  }

  /** Forgets all of them. */
  clear(): Promise<void> {
    return this.#file.clear();
  }

  /** Adds the next one. After a failure, what did get in is overwritten by the next. */
  append({ ids, from, to, usage, ...rest }: Checkpoint): Promise<void> {
    const totals = usage.map(row => ({ ...row, totalDurationUs: String(row.totalDurationUs) }));
    const head = { version: VERSION, from: formatPosition(from), to: formatPosition(to), usage: totals, ...rest };
    return this.#file.append({ head, body: Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength) });
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The checkpoints of a file, for readers beside its owner; none where it is missing. */
export async function* readCheckpoints(path: string): AsyncGenerator<Checkpoint> {
  const handle = await open(path, 'r').catch(error => (error.code === 'ENOENT' ? undefined : Promise.reject(error)));
  if (!handle) return;
  try {
    yield* checkpointsOf(framesOf(handle));
  } finally {
    await handle.close();
  }
}

/** Up to the first frame of another version. */
async function* checkpointsOf(frames: AsyncIterable<Frame>): AsyncGenerator<Checkpoint> {
  for await (const { head, body } of frames) {
    const { version, ...rest } = head as StoredHead;
    if (version !== VERSION) return;
    yield {
      ...rest,
      newest: rest.newest,
      from: parsePosition(rest.from),
      to: parsePosition(rest.to),
      usage: rest.usage.map(row => ({ ...row, totalDurationUs: BigInt(row.totalDurationUs) })),
      // A copy, since the memory of the body is used again.
      ids: new Uint32Array(Uint8Array.prototype.slice.call(body).buffer),
    };
  }
}

type StoredHead = Omit<Checkpoint, 'from' | 'to' | 'usage' | 'ids'> & {
  version: number;
  from: string;
  to: string;
  usage: (Omit<PluginUsageValues, 'totalDurationUs'> & { totalDurationUs: string })[];
};

/** True where one checkpoint goes on exactly where another ended. */
export function goesOn(from: Position, to: Position): boolean {
  return LOG_NAMES.every(log => from[log] === to[log]) && from.chain === to.chain;
}
