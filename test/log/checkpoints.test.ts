import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCheckpoints } from '../../src/log/checkpoints.ts';
import { type Log, START } from '../../src/log/log.ts';
import { executionInput, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, readAll, record, summary } from '../support/metrics-directory.ts';
import { fc } from '../support/properties.ts';

const directory = new MetricsDirectory();
const OPENINGS = 4;
const EACH = 6;

const file = () => join(directory.path, '.state', 'log', 'checkpoints');
const inputs = (opening: number) =>
  Array.from({ length: EACH }, (_, index) =>
    executionInput({
      executionId: `e-${opening}-${index}`,
      workflowId: `w-${opening}-${index}`,
      patternId: `p-${index % 2}`,
      patternName: `name ${opening}`,
    }),
  );

/** Records in several openings, each of which leaves a checkpoint. */
async function recordInOpenings(): Promise<void> {
  for (let opening = 0; opening < OPENINGS; opening++) {
    const log = await directory.open();
    for (const input of inputs(opening)) await record(log, input);
    await directory.close(log);
  }
}

/** Everything that an opened log knows, as its callers see it; it ends with one more record. */
async function knowledge(log: Log): Promise<object> {
  const outcomes = [];
  for (let opening = 0; opening < OPENINGS; opening++) outcomes.push(...(await log.record(inputs(opening))).map(summary));
  const taken = await log.record([executionInput({ executionId: 'other', workflowId: 'w-0-0' })]);
  await record(log, executionInput({ executionId: 'last', patternId: 'p-0', steps: [stepInput(), stepInput()] }));
  return { outcomes, taken: taken.map(summary), bytes: directory.allBytes() };
}

/** What a log that is opened with nothing saved knows; the logs are put back as they were. */
async function knowledgeWithoutState(): Promise<object> {
  const before = directory.allBytes();
  rmSync(join(directory.path, '.state'), { recursive: true });
  const log = await directory.open();
  const known = await knowledge(log);
  await directory.close(log);
  putBack(before);
  return known;
}

function putBack(logs: Record<string, string | undefined>): void {
  for (const [name, content] of Object.entries(logs)) writeFileSync(join(directory.path, `${name}.log`), content ?? '', 'latin1');
}

async function checkpoints() {
  const found = [];
  for await (const checkpoint of readCheckpoints(file())) found.push(checkpoint);
  return found;
}

describe('checkpoints', () => {
  test('go on one after the other, from the beginning to the end', async () => {
    await recordInOpenings();
    const found = await checkpoints();
    expect(found).toHaveLength(OPENINGS);
    expect(found[0]?.from).toEqual(START);
    for (const [index, { from }] of found.entries()) expect(from).toEqual(found[index - 1]?.to ?? START);
    const log = await directory.open();
    expect(found.at(-1)?.to).toEqual(log.position);
  });

  test('let a log know what reading it from the beginning teaches', async () => {
    await recordInOpenings();
    const saved = readFileSync(file());
    const expected = await knowledgeWithoutState();
    writeFileSync(file(), saved);
    expect(await knowledge(await directory.open())).toEqual(expected);
  });

  test('save reading: what a checkpoint covers is not read again', async () => {
    await recordInOpenings();
    // Given a row before the last checkpoint’s stretch that is changed by somebody, which reading would find
    const bytes = readFileSync(directory.file('journal'));
    bytes.write('X', bytes.indexOf('e-0-0'));
    writeFileSync(directory.file('journal'), bytes);
    // then the other ids of that time are known all the same, and the position goes on
    const log = await directory.open();
    expect((await log.record(inputs(1))).map(summary)).toEqual(inputs(1).map(({ executionId }) => ({ executionId, duplicate: true })));
    expect(await checkpoints()).toHaveLength(OPENINGS);
  });

  test('that are cut or changed anywhere cost time and nothing else', async () => {
    await recordInOpenings();
    const saved = readFileSync(file());
    const expected = await knowledgeWithoutState();
    const logs = directory.allBytes();
    const damage = fc.record({ at: fc.nat({ max: saved.length - 1 }), cut: fc.boolean() });
    for (const { at, cut } of fc.sample(damage, 40)) {
      putBack(logs);
      const damaged = Buffer.from(saved);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      writeFileSync(file(), damaged);
      if (cut) truncateSync(file(), at);
      const log = await directory.open();
      expect(await knowledge(log)).toEqual(expected);
      await directory.close(log);
    }
  });

  test.for<readonly [what: string, change: (older: Record<string, string | undefined>) => void]>([
    ['of an older copy', older => putBack(older)],
    ['that were changed', () => putBack({ durations: directory.text('durations').replace(/true\n$/, 'TRUE\n') })],
  ])('are given up for logs %s', async ([, change]) => {
    const first = await directory.open();
    await record(first, executionInput({ executionId: 'kept' }));
    const older = directory.allBytes();
    const second = await directory.reopen(first);
    await record(second, executionInput({ executionId: 'newer' }));
    await directory.close(second);
    change(older);
    const third = await directory.open();
    expect(await third.record([executionInput({ executionId: 'kept' })])).toMatchObject([{ duplicate: true }]);
    await directory.close(third);
    const found = await checkpoints();
    expect(found.map(({ from }) => from)).toEqual([START]);
    expect(found[0]?.to).toEqual(third.position);
  });

  test('whose folder cannot be made leave a log that works', async () => {
    writeFileSync(join(directory.path, 'file'), '');
    const log = await directory.open({ stateDirectory: join(directory.path, 'file') });
    await record(log, executionInput());
    expect(await record(await directory.reopen(log), executionInput({ executionId: 'again' }))).toMatchObject({ duplicate: false });
  });
});

describe('what was just recorded', () => {
  test('is read as a log that is opened anew reads it', async () => {
    const log = await directory.open();
    const positions = [log.position];
    const group = fc.array(
      fc.array(
        fc.record({
          plugin: fc.constantFrom('a', 'b', 'ü'),
          durationMs: fc.nat(99_999),
          status: fc.constantFrom('SUCCESS', 'FAILED', 'SKIPPED'),
        }),
        { maxLength: 4 },
      ),
      { minLength: 1, maxLength: 4 },
    );
    for (const [number, executions] of fc.sample(group, 30).entries()) {
      const batch = executions.map((steps, index) =>
        executionInput({
          executionId: `${number}-${index}`,
          status: index === 1 ? 'CANCELLED' : 'PARTIAL',
          notes: `line "1"\nline 2 ü`,
          steps: steps.map(stepInput),
        }),
      );
      await log.record(batch);
      if (number % 7 === 3) directory.append('durations', '2025-11-07T10:00:05Z,w,implement,1,shell,1.5,true\n');
      positions.push(await log.upToDate());
    }
    const pairs = positions.flatMap((from, index) => positions.slice(index + 1).map(to => ({ from, to })));
    const inMemory = await Promise.all(pairs.map(({ from, to }) => readAll(log, from, to)));
    const reopened = await directory.reopen(log);
    for (const [index, { from, to }] of pairs.entries()) expect(inMemory[index]).toEqual(await readAll(reopened, from, to));
  });
});
