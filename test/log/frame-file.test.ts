import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FrameFile } from '../../src/log/frame-file.ts';
import { temporaryDirectory } from '../support/program.ts';
import { fc } from '../support/properties.ts';

type Kept = Readonly<{ head: unknown; body: number[]; aligned: boolean }>;

async function emptyFile(): Promise<{ path: string; file: FrameFile }> {
  const directory = await temporaryDirectory();
  const path = join(directory.path, 'frames');
  const file = await FrameFile.open(path);
  onTestFinished(async () => {
    await file.close();
    await directory.remove();
  });
  return { path, file };
}

/** Copied one by one: the memory of a body is used again. */
async function framesOf(file: FrameFile, most = Number.POSITIVE_INFINITY): Promise<Kept[]> {
  const kept: Kept[] = [];
  if (most === 0) return kept;
  for await (const { head, body } of file.read()) {
    kept.push({ head, body: [...body], aligned: body.byteOffset % 8 === 0 });
    if (kept.length === most) break;
  }
  return kept;
}

const frames = fc.array(fc.record({ head: fc.record({ text: fc.string() }), body: fc.uint8Array({ maxLength: 3000 }) }), {
  minLength: 1,
  maxLength: 12,
});
const keptOf = (written: readonly { head: unknown; body: Uint8Array }[]): Kept[] =>
  written.map(({ head, body }) => ({ head, body: [...body], aligned: true }));

test('frames of any sizes come back in their order, each body at a multiple of 8 bytes, up to the first that is damaged', async () => {
  const { path, file } = await emptyFile();
  await fc.assert(
    fc.asyncProperty(frames, fc.nat(), fc.integer({ min: 1, max: 255 }), async (written, place, change) => {
      await file.clear();
      const ends: number[] = [];
      for (const { head, body } of written) {
        await file.append({ head, body: Buffer.from(body) });
        ends.push((await readFile(path)).length);
      }
      expect(await framesOf(file)).toEqual(keptOf(written));
      const bytes = await readFile(path);
      const at = place % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ change;
      await writeFile(path, bytes);
      expect(await framesOf(file)).toEqual(keptOf(written.slice(0, ends.filter(end => end <= at).length)));
    }),
    { numRuns: 60 },
  );
});

test('one that its reader stops at, and a torn one, are overwritten by the next', async () => {
  const { path, file } = await emptyFile();
  const frame = (n: number) => ({ head: { n }, body: Buffer.alloc(100 * n, n) });
  for (let n = 1; n <= 6; n++) await file.append(frame(n));
  expect((await framesOf(file, 3)).map(({ head }) => head)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  await file.append(frame(7));
  expect(await framesOf(file)).toEqual(keptOf([frame(1), frame(2), frame(7)]));
  await appendFile(path, Buffer.alloc(30, 1));
  expect(await framesOf(file)).toEqual(keptOf([frame(1), frame(2), frame(7)]));
  await file.append(frame(8));
  expect((await framesOf(file)).map(({ head }) => head)).toEqual([{ n: 1 }, { n: 2 }, { n: 7 }, { n: 8 }]);
});

test('zeros, which a loss of power leaves, are no frame', async () => {
  const { path, file } = await emptyFile();
  const frame = { head: { n: 1 }, body: Buffer.alloc(100, 1) };
  await file.append(frame);
  await appendFile(path, Buffer.alloc(64));
  expect(await framesOf(file)).toEqual(keptOf([frame]));
});
