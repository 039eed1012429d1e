/** Blocks of the logs compared with the digests that were taken of them while they were written. */
import { createHash } from 'node:crypto';
import { readCheckpoints } from './checkpoints.ts';
import type { Files } from './files.ts';
import type { LogFile } from './log-file.ts';
import { LOG_NAMES } from './position.ts';
import { Places, type Report } from './verify-finding.ts';

const CHUNK_BYTES = 4 << 20;

/** Compares with the digests of a file of checkpoints, and answers how many there were; none where it is missing. */
export async function checkDigests(files: Files, path: string, report: Report): Promise<number> {
  let compared = 0;
  for await (const { from, to, digests } of readCheckpoints(path)) {
    for (const log of LOG_NAMES) {
      compared++;
      await checkBlock(files[log], { from: from[log], to: to[log], digest: digests[log] }, report);
    }
  }
  return compared;
}

async function checkBlock(file: LogFile, block: { from: number; to: number; digest: string }, report: Report): Promise<void> {
  const { from, to, digest } = block;
  const gone = to - file.end();
  if (gone > 0) {
    const message = `it is ${gone} bytes shorter than when a digest was taken of it: it was cut or badly copied. Put the whole file back`;
    report({ severity: 'error', file: file.fileAt(file.end()), line: undefined, message });
  } else if ((await digestOf(file, from, to)) !== digest) {
    const places = new Places(file);
    const [first, end] = [await places.of(from), await places.of(to)];
    const block = first.file === end.file ? `lines ${first.line} to ${end.line - 1}` : `line ${first.line} to ${end.file}:${end.line - 1}`;
    const message = `bytes were changed in ${block} (positions ${from} to ${to}): they do not fit the digest taken of them`;
    report({ severity: 'error', file: first.file, line: first.line, message });
  }
}

async function digestOf(file: LogFile, from: number, to: number): Promise<string> {
  const hash = createHash('sha256');
  for (let at = from; at < to; at += CHUNK_BYTES) hash.update(await file.read(at, Math.min(to, at + CHUNK_BYTES)));
  return hash.digest('hex');
}
