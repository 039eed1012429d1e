import {
  appendFileSync,
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stampOf } from '../../../src/projection/pattern-files/disk-file.ts';
import { figureOf, kept, markdown, PatternFolder } from '../../support/pattern-folder.ts';

const isRoot = process.getuid?.() === 0;
const VALIDATED = { status: 'validated', executions: 6, successRate: 5 / 6 } as const;
const LEARNED = { status: 'learned', executions: 20, successRate: 0.95 } as const;

describe('the files follow the figures', () => {
  test('at the start, whoever wrote them and in whatever folder they are', async () => {
    const folder = new PatternFolder();
    folder.set('a', VALIDATED);
    folder.set('b');
    folder.set('c', LEARNED);
    folder.write('discovered/a.md', markdown('id: a'));
    folder.write('learned/b.md', markdown('name: name of b', 'learned'));
    folder.write('discovered/c.yaml', 'pattern:\n  id: c\n  metrics: {total_executions: 1, success_rate: 1}\n');
    folder.write('discovered/unknown.md', markdown('id: z', 'learned'));
    await folder.projection.load();
    expect(folder.list()).toEqual(['discovered/b.md', 'discovered/unknown.md', 'learned/c.yaml', 'validated/a.md']);
    expect(folder.read('validated/a.md')).toBe(kept('id: a', figureOf('a', VALIDATED)));
    expect(folder.read('discovered/b.md')).toBe(kept('name: name of b', figureOf('b')));
    expect(folder.read('learned/c.yaml')).toBe('pattern:\n  id: c\n  metrics: {total_executions: 20, success_rate: 0.95}\n');
    expect(folder.read('discovered/unknown.md')).toBe(markdown('id: z', 'learned'));
    expect(folder.troubles()).toEqual([]);
  });

  test('with each execution, and only those of the patterns that ran', async () => {
    const folder = new PatternFolder();
    for (const id of ['a', 'b']) {
      folder.set(id);
      folder.write(`discovered/${id}.md`, markdown(`id: ${id}`));
    }
    await folder.projection.load();
    const before = stampOf(statSync(join(folder.path, 'discovered/b.md'), { bigint: true }));
    folder.set('a', VALIDATED);
    await folder.run();
    expect(folder.list()).toEqual(['discovered/b.md', 'validated/a.md']);
    expect(folder.read('validated/a.md')).toBe(kept('id: a', figureOf('a', VALIDATED)));
    folder.set('a', { status: 'discovered' });
    await folder.run();
    expect(folder.list()).toEqual(['discovered/a.md', 'discovered/b.md']);
    expect(stampOf(statSync(join(folder.path, 'discovered/b.md'), { bigint: true }))).toBe(before);
  });

  test('a second start writes nothing', async () => {
    const folder = new PatternFolder();
    folder.set('a', VALIDATED);
    folder.write('discovered/a.md', markdown('id: a'));
    await folder.projection.load();
    const before = stampOf(statSync(join(folder.path, 'validated/a.md'), { bigint: true }));
    await folder.opened().load();
    expect(stampOf(statSync(join(folder.path, 'validated/a.md'), { bigint: true }))).toBe(before);
  });

  test('at most once a second each', async () => {
    const folder = new PatternFolder();
    const times: number[] = [];
    folder.write('discovered/a.md', markdown('id: a'));
    for (const executions of [4, 5, 6, 7]) {
      folder.set('a', { executions });
      await folder.run();
      times.push(statSync(join(folder.path, 'discovered/a.md')).mtimeMs);
      expect(folder.read('discovered/a.md')).toBe(kept('id: a', figureOf('a', { executions })));
    }
    // The clock of files ticks every 4 ms.
    for (const [index, time] of times.slice(1).entries()) expect(time - (times[index] ?? 0)).toBeGreaterThan(990);
  });

  test('deprecated patterns move only where there is a folder for them', async () => {
    const folder = new PatternFolder();
    folder.set('a', { status: 'deprecated' });
    folder.write('validated/a.md', markdown('id: a', 'validated'));
    await folder.projection.load();
    expect(folder.list()).toEqual(['validated/a.md']);
    expect(folder.read('validated/a.md')).toContain('status: deprecated');
    mkdirSync(join(folder.path, 'deprecated'));
    folder.set('a', { executions: 5 });
    await folder.run();
    expect(folder.list()).toEqual(['deprecated/a.md']);
  });

  test('into a folder that is not there yet', async () => {
    const folder = new PatternFolder();
    rmSync(join(folder.path, 'learned'), { recursive: true });
    folder.set('a', LEARNED);
    folder.write('discovered/a.md', markdown('id: a'));
    await folder.projection.load();
    expect(folder.list()).toEqual(['learned/a.md']);
  });

  test.skipIf(!isRoot)(`with their mode and owner${isRoot ? '' : ' (SKIPPED: only root can give files away)'}`, async () => {
    const folder = new PatternFolder();
    folder.set('a', VALIDATED);
    folder.write('discovered/a.md', markdown('id: a'));
    const path = join(folder.path, 'discovered/a.md');
    chownSync(path, 1234, 4321);
    chmodSync(path, 0o2641);
    await folder.projection.load();
    const { uid, gid, mode } = statSync(join(folder.path, 'validated/a.md'));
    expect({ uid, gid, mode: mode & 0o7777 }).toEqual({ uid: 1234, gid: 4321, mode: 0o2641 });
  });
});

describe('what others do meanwhile', () => {
  test('an edit stays, and our figures come back with the next execution', async () => {
    const folder = new PatternFolder();
    folder.set('a');
    folder.write('discovered/a.md', markdown('id: a'));
    await folder.projection.load();
    const mine = folder.read('discovered/a.md').replace('# Body', '# My body').replace('executions: 4', 'executions: 1000');
    folder.write('discovered/a.md', mine);
    folder.set('a', { executions: 5 });
    await folder.run();
    expect(folder.read('discovered/a.md')).toBe(mine.replace('executions: 1000', 'executions: 5'));
  });

  test('a file that is just being written is left until that has ended', async () => {
    const folder = new PatternFolder();
    folder.set('a');
    folder.write('discovered/a.md', markdown('id: a'));
    await folder.projection.load();
    folder.set('a', { executions: 5 });
    const path = join(folder.path, 'discovered/a.md');
    writeFileSync(path, markdown('id: a'));
    const running = folder.run();
    for (let line = 0; line < 20; line++) {
      await pause(100);
      appendFileSync(path, `line ${line}\n`);
    }
    await running;
    // On a slow machine the writing may have outlasted the patience of one round.
    await folder.run();
    const lines = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join('');
    expect(folder.read('discovered/a.md')).toBe(kept('id: a', figureOf('a', { executions: 5 })) + lines);
  });

  test.each([
    ['is told and left', 50, ''],
    // A long file takes several turns to read, and is another one at each of them.
    ['is told and left, even where it changes whenever it is read', 0, 'A line of the body.\n'.repeat(150_000)],
  ])('a file that never comes to rest %s', async (_, everyMs, body) => {
    const folder = new PatternFolder();
    folder.set('a', VALIDATED);
    folder.write('discovered/a.md', markdown('id: a') + body);
    const path = join(folder.path, 'discovered/a.md');
    const touch = () => utimesSync(path, new Date(), new Date());
    touch();
    let touching = true;
    onTestFinished(() => {
      touching = false;
    });
    const changes = (async () => {
      for (; touching; touch()) await pause(everyMs);
    })();
    await folder.projection.load();
    expect(folder.read('discovered/a.md')).toBe(markdown('id: a') + body);
    expect(folder.projection.trouble()).toContain('discovered/a.md: another program keeps changing it');
    touching = false;
    await changes;
    folder.age('discovered/a.md');
    await folder.run();
    expect(folder.list()).toEqual(['validated/a.md']);
    expect(folder.projection.trouble()).toBeUndefined();
  });

  test('new, moved and removed files are found with the next execution', async () => {
    const folder = new PatternFolder();
    for (const id of ['a', 'b', 'c']) folder.set(id);
    folder.write('discovered/a.md', markdown('id: a'));
    folder.write('discovered/b.md', markdown('id: b'));
    await folder.projection.load();
    renameSync(join(folder.path, 'discovered/a.md'), join(folder.path, 'learned/a2.md'));
    rmSync(join(folder.path, 'discovered/b.md'));
    folder.write('discovered/c.md', markdown('id: c'));
    await folder.run();
    expect(folder.list()).toEqual(['discovered/a2.md', 'discovered/c.md']);
    expect(folder.read('discovered/c.md')).toBe(kept('id: c', figureOf('c')));
  });

  test('a folder that is gone for a while is a failure of the projection, and is taken up again', async () => {
    const folder = new PatternFolder();
    folder.set('a', VALIDATED);
    folder.write('discovered/a.md', markdown('id: a'));
    renameSync(folder.path, `${folder.path}-away`);
    await expect(folder.projection.load()).rejects.toThrow(/PATTERNS_DIR .* cannot be read/);
    renameSync(`${folder.path}-away`, folder.path);
    await folder.projection.load();
    expect(folder.list()).toEqual(['validated/a.md']);
  });
});

describe('what is in doubt is told and left alone', () => {
  const outside = () => {
    const path = mkdtempSync(join(tmpdir(), 'outside-'));
    onTestFinished(() => rmSync(path, { recursive: true }));
    return path;
  };

  test('a pattern with two files, until one is gone', async () => {
    const folder = new PatternFolder();
    folder.set('a', { ...VALIDATED, name: 'rest-api' });
    folder.write('discovered/a.md', markdown('id: a'));
    folder.write('learned/other.yaml', 'name: rest-api\n');
    await folder.projection.load();
    expect(folder.list()).toEqual(['discovered/a.md', 'learned/other.yaml']);
    expect(folder.read('discovered/a.md')).toBe(markdown('id: a'));
    expect(folder.troubles()).toEqual([
      'discovered/a.md: pattern a has 2 files, discovered/a.md, learned/other.yaml: keep one of them',
      'learned/other.yaml: pattern a has 2 files, discovered/a.md, learned/other.yaml: keep one of them',
    ]);
    expect(folder.projection.trouble()).toMatch(/^not kept up to date: discovered\/a\.md: pattern a has 2 files/);
    rmSync(join(folder.path, 'learned/other.yaml'));
    await folder.run();
    expect(folder.list()).toEqual(['validated/a.md']);
    expect(folder.projection.trouble()).toBeUndefined();
  });

  test('a name that two patterns have', async () => {
    const folder = new PatternFolder();
    folder.set('a', { name: 'same' });
    folder.set('b', { name: 'same' });
    folder.write('discovered/a.md', markdown('name: same'));
    await folder.projection.load();
    expect(folder.read('discovered/a.md')).toBe(markdown('name: same'));
    expect(folder.troubles()).toEqual(['discovered/a.md: its name is that of 2 patterns, a, b: give it the id of one']);
  });

  test('a place that is taken: the figures change, the file stays', async () => {
    const folder = new PatternFolder();
    folder.set('a', VALIDATED);
    folder.write('discovered/a.md', markdown('id: a'));
    folder.write('validated/a.md', markdown('id: b'));
    await folder.projection.load();
    expect(folder.read('discovered/a.md')).toBe(kept('id: a', figureOf('a', VALIDATED)));
    expect(folder.read('validated/a.md')).toBe(markdown('id: b'));
    expect(folder.troubles()).toEqual([
      'discovered/a.md: it belongs to validated/a.md, but a file of that name is there: give one of them another name',
    ]);
    renameSync(join(folder.path, 'validated/a.md'), join(folder.path, 'validated/b.md'));
    await folder.run();
    expect(folder.list()).toEqual(['validated/a.md', 'validated/b.md']);
    expect(folder.projection.trouble()).toBeUndefined();
  });

  test('links, folders, and files that cannot be read', async () => {
    const folder = new PatternFolder();
    const elsewhere = outside();
    writeFileSync(join(elsewhere, 'link.md'), markdown('id: a'));
    folder.set('a', VALIDATED);
    symlinkSync(join(elsewhere, 'link.md'), join(folder.path, 'discovered/link.md'));
    mkdirSync(join(folder.path, 'discovered/folder.md'));
    const latin = Buffer.concat([Buffer.from(markdown('id: a')), Buffer.from([0xe9])]);
    folder.write('discovered/latin.md', latin);
    folder.write('discovered/large.md', markdown('id: a') + 'x'.repeat(4 << 20));
    folder.write('discovered/plain.md', '# No front matter\n');
    folder.write('discovered/bad.yaml', 'id: [a\n');
    folder.write('discovered/notes.txt', 'id: a\n');
    folder.write('discovered/.hidden.md', 'id: a\n');
    folder.write('discovered/deeper/a.md', markdown('id: a'));
    const before = folder.list();
    await folder.projection.load();
    expect(folder.list()).toEqual(before);
    expect(folder.troubles().map(line => line.slice('discovered/'.length))).toEqual([
      expect.stringMatching(/^bad\.yaml: its YAML is not valid/),
      expect.stringMatching(/^folder\.md: it is no regular file/),
      expect.stringMatching(/^large\.md: it is larger than 4 MB/),
      expect.stringMatching(/^latin\.md: it is not UTF-8/),
      expect.stringMatching(/^link\.md: it is a symbolic link/),
      expect.stringMatching(/^plain\.md: it has no front matter/),
    ]);
    expect(folder.projection.trouble()).toMatch(/and 3 more, see the log$/);
    await folder.run();
    expect(folder.troubles().length, 'each is logged once').toBe(6);
  });

  test('a folder that is a link leads nowhere', async () => {
    const folder = new PatternFolder();
    const elsewhere = outside();
    rmSync(join(folder.path, 'validated'), { recursive: true });
    symlinkSync(elsewhere, join(folder.path, 'validated'));
    writeFileSync(join(elsewhere, 'b.md'), markdown('id: b'));
    folder.set('a', VALIDATED);
    folder.set('b');
    folder.write('discovered/a.md', markdown('id: a'));
    await folder.projection.load();
    expect(readdirSync(elsewhere)).toEqual(['b.md']);
    expect(readFileSync(join(elsewhere, 'b.md'), 'utf8')).toBe(markdown('id: b'));
    expect(folder.read('discovered/a.md')).toBe(kept('id: a', figureOf('a', VALIDATED)));
    expect(folder.troubles()).toEqual([
      'validated: it must be a folder of its own, not a link or a file',
      'discovered/a.md: it belongs to validated/a.md, but validated is no folder',
    ]);
  });

  test('one file under two names', async () => {
    const folder = new PatternFolder();
    folder.set('a', VALIDATED);
    folder.write('discovered/a.md', markdown('id: a'));
    linkSync(join(folder.path, 'discovered/a.md'), join(folder.path, 'learned/a.md'));
    await folder.projection.load();
    expect(folder.list()).toEqual(['discovered/a.md', 'learned/a.md']);
    expect(folder.troubles()[0]).toContain('pattern a has 2 files');
  });
});
