import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { Position } from '../../log/log.ts';
import { inTurns } from './in-turns.ts';

/** Where a state is saved, so that the next start need not read the logs from their beginning; may be deleted. */
export type SnapshotFile = Readonly<{
  path: string;
  /** Not to be read: what is there is of other logs. */
  anew: boolean;
}>;

/** A state as of a position, in pieces of plain values. */
export type Snapshot = Readonly<{ position: Position; pieces: Iterable<unknown> }>;

/** By threads of their own. Most bytes of numbers are zeros: the fastest level makes a third of them. */
const [deflate, inflate] = [promisify(deflateRaw), promisify(inflateRaw)];
const LEVEL = 1;

const DIGITS = 64;
const LENGTH_BYTES = 4;
/** Bytes that are hashed at once: some milliseconds of work. */
const WORK_BYTES = 1 << 20;

/** What was saved by the same version; undefined where there is none, or it is damaged. */
export async function readSnapshot(path: string, version: number): Promise<Snapshot | undefined> {
  try {
    const bytes = await readFile(path);
    const content = bytes.subarray(DIGITS);
    if ((await digest(content)) !== bytes.toString('latin1', 0, DIGITS)) return undefined;
    const [head, ...pieces] = await readPieces(await inflate(content));
    const { version: saved, position } = head as { version: number; position: Position };
    return saved === version ? { position, pieces } : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces what was saved. A torn file does not fit its hash, so that nothing is synced. */
export async function writeSnapshot(path: string, version: number, { position, pieces }: Snapshot): Promise<void> {
  const content = await deflate(await piecesToBytes({ version, position }, pieces), { level: LEVEL });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.next`, [Buffer.from(await digest(content), 'latin1'), content]);
  await rename(`${path}.next`, path);
}

async function piecesToBytes(head: unknown, pieces: Iterable<unknown>): Promise<Buffer> {
  const parts: Buffer[] = [];
  const add = (piece: unknown) => {
    const bytes = serialize(piece);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(bytes.length);
    parts.push(length, bytes);
  };
  add(head);
  await inTurns(pieces, add);
  return Buffer.concat(parts);
}

async function readPieces(content: Buffer): Promise<unknown[]> {
  const pieces: unknown[] = [];
  await inTurns(framesOf(content), frame => pieces.push(deserialize(frame)));
  return pieces;
}

function* framesOf(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; ) {
    const start = at + LENGTH_BYTES;
    at = start + content.readUInt32LE(at);
    yield content.subarray(start, at);
  }
}

async function digest(content: Buffer): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < content.length; at += WORK_BYTES) {
    hash.update(content.subarray(at, at + WORK_BYTES));
    if (content.length > WORK_BYTES) await turn();
  }
  return hash.digest('hex');
}
