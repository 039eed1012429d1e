/** The archived files compared with what their seals say of them. */
import { join } from 'node:path';
import { uncarried } from './carry.ts';
import { LOG_NAMES } from './position.ts';
import { archivedFile, digestOf, sealedYears } from './sealed.ts';
import type { Report } from './verify-finding.ts';

/** Answers how many files were compared. */
export async function checkArchives(directory: string, report: Report): Promise<number> {
  const years = sealedYears(directory);
  for (const { year, logs } of years) {
    for (const log of LOG_NAMES) {
      const file = archivedFile(year, log);
      if ((await digestOf(join(directory, file), logs[log].dataStart + logs[log].length)) !== logs[log].sha256) {
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
