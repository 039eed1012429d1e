/** The archived files compared with what their seals say of them. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { uncarried } from './carry.ts';
import { LOG_NAMES } from './position.ts';
import { archivedFile, type SealedLog, sealedYears } from './sealed.ts';
import type { Report } from './verify-finding.ts';

/** Answers how many files were compared. */
export async function checkArchives(directory: string, report: Report): Promise<number> {
  const years = sealedYears(directory);
  for (const { year, logs } of years) {
    for (const log of LOG_NAMES) {
      const file = archivedFile(year, log);
      if ((await digestOf(join(directory, file), logs[log])) !== logs[log].sha256) {
        report({
          severity: 'error',
          file,
          line: undefined,
          message: 'the archived file was changed: it does not fit the SHA-256 in its seal',
        });
      }
    }
  }
  for (const { file, line, bytes } of await uncarried(directory)) {
    const message = `${bytes.length} bytes of whole lines were written here after the file was archived, and do not count: verify --repair carries them to the live log`;
    report({ severity: 'error', file, line, message });
  }
  return years.length * LOG_NAMES.length;
}

async function digestOf(path: string, { dataStart, length }: SealedLog): Promise<string> {
  const hash = createHash('sha256');
  const end = Math.min(dataStart + length, statSync(path).size);
  if (end > 0) await pipeline(createReadStream(path, { end: end - 1, highWaterMark: 1 << 20 }), hash);
  else hash.end();
  return hash.digest('hex');
}
