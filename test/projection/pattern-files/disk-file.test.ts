import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { moveFile, readText, replaceText } from '../../../src/projection/pattern-files/disk-file.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'disk-file-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

async function read(path: string) {
  const content = await readText(path);
  if (!content || 'refused' in content) throw new Error(content?.refused ?? 'gone');
  return content;
}

test.for([
  ['written into', (path: string) => appendFileSync(path, 'theirs')],
  [
    'written into at the same length and with the same time',
    (path: string) => {
      writeFileSync(path, 'OLD');
      utimesSync(path, 1e9, 1e9);
    },
  ],
  [
    'saved anew',
    (path: string) => {
      writeFileSync(`${path}~`, 'theirs');
      renameSync(`${path}~`, path);
    },
  ],
  ['removed', (path: string) => rmSync(path)],
] as const)('a file that was %s since it was read is not replaced', async ([, change]) => {
  const path = join(folder(), 'a.md');
  writeFileSync(path, 'old');
  utimesSync(path, 1e9, 1e9);
  const before = await read(path);
  await new Promise(resolve => setTimeout(resolve, 20));
  change(path);
  const there = () => readdirSync(join(path, '..')).map(name => readFileSync(join(path, '..', name), 'utf8'));
  const theirs = there();
  expect(await replaceText(path, 'ours', before)).toBeUndefined();
  expect(there()).toEqual(theirs);
});

test('what a killed process left under the temporary name is in nobody’s way', async () => {
  const path = join(folder(), 'a.md');
  writeFileSync(path, 'old');
  writeFileSync(join(path, '../.orchestrator-metrics.tmp'), 'half');
  const stamp = await replaceText(path, 'ours', await read(path));
  expect((await read(path)).stamp).toBe(stamp);
  expect(readdirSync(join(path, '..'))).toEqual(['a.md']);
  expect(readFileSync(path, 'utf8')).toBe('ours');
});

test('a file moves only to a free place', async () => {
  const path = folder();
  writeFileSync(join(path, 'a.md'), 'a');
  expect(await moveFile(join(path, 'a.md'), join(path, 'new/a.md'))).toBe(true);
  writeFileSync(join(path, 'a.md'), 'another');
  expect(await moveFile(join(path, 'a.md'), join(path, 'new/a.md'))).toBe(false);
  expect(readFileSync(join(path, 'a.md'), 'utf8')).toBe('another');
  expect(readFileSync(join(path, 'new/a.md'), 'utf8')).toBe('a');
});
