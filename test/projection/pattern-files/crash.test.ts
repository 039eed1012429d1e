import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { describeAsRoot } from '../../support/as-root.ts';
import { DISK_TOOLS, Disk } from '../../support/disks.ts';
import { needs } from '../../support/faults.ts';
import { killPoints } from '../../support/killed-run.ts';
import { figureOf, kept, markdown, PatternFolder } from '../../support/pattern-folder.ts';
import { ONE_FILE_THREAD, readCalls, type SystemCall, watch } from '../../support/system-calls.ts';

const SCRIPT = new URL('../../support/pattern-files-process.ts', import.meta.url).pathname;
const TSX = import.meta.resolve('tsx');
const VALIDATED = { status: 'validated', executions: 6, successRate: 5 / 6 } as const;

const FIGURES = [figureOf('a', VALIDATED), figureOf('b'), figureOf('c', { status: 'learned' })];
/** What each file was and becomes: one changes and moves, one changes, one only moves, into a folder that is not there yet. */
const FILES = {
  'a.md': { before: markdown('id: a'), after: kept('id: a', figureOf('a', VALIDATED)), place: 'validated/a.md' },
  'b.md': { before: markdown('id: b'), after: kept('id: b', figureOf('b')), place: 'discovered/b.md' },
  'c.md': {
    before: kept('id: c', figureOf('c', { status: 'learned' })),
    after: kept('id: c', figureOf('c', { status: 'learned' })),
    place: 'learned/c.md',
  },
};
const PLACES = Object.values(FILES).map(({ place }) => place);

function folderOfFiles(): PatternFolder {
  const folder = new PatternFolder();
  rmSync(join(folder.path, 'learned'), { recursive: true });
  for (const figure of FIGURES) folder.figures.set(figure.patternId, figure);
  for (const [name, { before }] of Object.entries(FILES)) folder.write(`discovered/${name}`, before);
  return folder;
}

/** The calls that a process made until it was done, or was killed before one of them. */
async function run(path: string, inject?: string): Promise<{ calls: SystemCall[]; done: boolean }> {
  const trace = `${path}.trace`;
  const [command, ...args] = [...ONE_FILE_THREAD, process.execPath, '--import', TSX, SCRIPT, path, JSON.stringify(FIGURES)];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(trace, { force: true });
  });
  let said = '';
  await new Promise<void>(resolve => {
    child.stdout.on('data', chunk => {
      said += chunk;
      resolve();
    });
  });
  const { ended } = await watch(child.pid ?? 0, trace, inject);
  child.stdin.write('go\n');
  await Promise.all([closed, ended]);
  return { calls: readCalls(trace), done: said.includes('done') };
}

/** Each file is there once, as it was or as it becomes. */
function expectEachOnce(folder: PatternFolder): void {
  for (const [name, { before, after, place }] of Object.entries(FILES)) {
    const found = folder.list().filter(path => path.endsWith(`/${name}`));
    expect(found).toHaveLength(1);
    const path = found[0] ?? '';
    expect([before, after]).toContain(folder.read(path));
    if (path !== `discovered/${name}`) expect({ path, text: folder.read(path) }).toEqual({ path: place, text: after });
  }
}

const [skipped, name] = needs('strace', 'kill -9 at a system call');

describe.skipIf(skipped)(name, () => {
  test('leaves every file once, as it was or as it becomes; the next start does the rest', { timeout: 300_000 }, async () => {
    const whole = folderOfFiles();
    const { calls, done } = await run(whole.path);
    expect(done).toBe(true);
    expect(whole.list()).toEqual([...PLACES].sort());
    const points = killPoints(calls.filter(({ path, target }) => `${path} ${target}`.includes(whole.path))).filter(
      ({ call }) => call !== 'openat',
    );
    expect(points.map(({ call }) => call)).toEqual(expect.arrayContaining(['write', 'fsync', 'rename']));
    let killed = 0;
    let between = 0;
    for (const { call, when } of points) {
      const folder = folderOfFiles();
      if (!(await run(folder.path, `${call}:signal=KILL:when=${when}`)).done) killed++;
      expectEachOnce(folder);
      if (existsSync(join(folder.path, 'discovered/.orchestrator-metrics.tmp')) || folder.list().join() !== [...PLACES].sort().join())
        between++;
      await folder.opened().load();
      expect(folder.list(), `after a kill at ${call} ${when}`).toEqual([...PLACES].sort());
      for (const { after, place } of Object.values(FILES)) expect(folder.read(place)).toBe(after);
    }
    // A few calls are made by other threads too, so that the last of them may come after the end.
    expect(killed).toBeGreaterThan(points.length / 2);
    expect(between).toBeGreaterThan(5);
  });

  test('a rename comes after the sync of what it puts in place, and folders are synced after it', async () => {
    const folder = folderOfFiles();
    const { calls } = await run(folder.path);
    const ours = calls.filter(({ path }) => path.startsWith(folder.path)).map(({ name: call, path, target }) => ({ call, path, target }));
    const renames = ours.filter(({ call }) => call.startsWith('rename'));
    expect(renames.length).toBe(4);
    for (const rename of renames) {
      const at = ours.indexOf(rename);
      if (rename.path.endsWith('.tmp')) expect(ours.slice(0, at).findLast(({ call }) => call === 'fsync')?.path).toBe(rename.path);
      const synced = ours.slice(at).filter(({ call }) => call === 'fsync');
      expect(synced.map(({ path }) => path)).toContain(join(rename.target, '..'));
    }
  });
});

describeAsRoot('on a full disk', DISK_TOOLS, () => {
  test('every file stays as it was, the projection says why, and goes on once there is room', async () => {
    const disk = Disk.tmpfs(64);
    const folder = new PatternFolder(join(disk.path, 'patterns'));
    const large = markdown('id: a') + 'x'.repeat(20_000);
    folder.set('a', VALIDATED);
    folder.write('discovered/a.md', large);
    folder.write('filler.bin', new Uint8Array(disk.free()));
    await expect(folder.projection.load()).rejects.toThrow(/discovered\/a\.md: no space left; pattern files wait/);
    expect(folder.list()).toEqual(['discovered/a.md', 'filler.bin']);
    expect(folder.read('discovered/a.md')).toBe(large);
    rmSync(join(folder.path, 'filler.bin'));
    await folder.projection.load();
    expect(folder.list()).toEqual(['validated/a.md']);
    expect(folder.read('validated/a.md')).toBe(kept('id: a', figureOf('a', VALIDATED)) + 'x'.repeat(20_000));
  });

  test('a disk that can only be read', async () => {
    const disk = Disk.ext4(8);
    const folder = new PatternFolder(join(disk.path, 'patterns'));
    folder.set('a', VALIDATED);
    folder.write('discovered/a.md', markdown('id: a'));
    disk.becomeReadOnly();
    await expect(folder.projection.load()).rejects.toThrow(/a\.md: EROFS.*pattern files wait until the disk is well/);
    expect(folder.read('discovered/a.md')).toBe(markdown('id: a'));
  });
});

describeAsRoot('a file that cannot be written', ['chattr'], () => {
  test('is told, and holds up no other', async () => {
    const disk = Disk.ext4(8);
    const folder = new PatternFolder(join(disk.path, 'patterns'));
    for (const id of ['a', 'b']) {
      folder.set(id, VALIDATED);
      folder.write(`discovered/${id}.md`, markdown(`id: ${id}`));
    }
    const { status } = await new Promise<{ status: number | null }>(resolve => {
      spawn('chattr', ['+i', join(folder.path, 'discovered/a.md')]).once('close', status => resolve({ status }));
    });
    expect(status).toBe(0);
    await folder.projection.load();
    expect(folder.list()).toEqual(['discovered/a.md', 'validated/b.md']);
    expect(folder.troubles()).toEqual([expect.stringMatching(/^discovered\/a\.md: it cannot be written: EPERM/)]);
  });
});
