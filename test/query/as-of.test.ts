/**
 * Answers asked for again as of their position: the same bit for bit after more records, behind archives of several years, without
 * the state, and from a copy of the logs; and at each position those of the oracle.
 */
import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPosition, type Position } from '../../src/log/log.ts';
import type { FilterInput } from '../../src/query/query.ts';
import { type Answers, answers, expectedAnswers, expectSame } from '../support/all-answers.ts';
import { type HistoryEvent, happen, history, NOW, type RecordInput, filter as someFilter } from '../support/histories.ts';
import { Oracle } from '../support/oracle.ts';
import { temporaryDirectory } from '../support/program.ts';
import { openStage, type Stage, type StageOptions } from '../support/question-stage.ts';

const SEED = 20260301;

/** The years of a history, the last one as it was generated: whatever it says of 2025 and 2026 happened so many years before. */
const YEARS_BEFORE = [2, 1, 0];

function yearsBefore<Value>(value: Value, years: number): Value {
  const moved = JSON.stringify(value).replace(/\b(2025|2026)(?=-\d\d-\d\dT)/g, year => String(Number(year) - years));
  return JSON.parse(moved) as Value;
}

/** What the clock says when a year's part of the history is over. */
function clockOf(years: number): number {
  return Date.parse(yearsBefore(new Date(NOW).toISOString(), years));
}

/** Ids of the parts must differ: each part numbers its own from 0. */
function inYear(events: readonly HistoryEvent[], years: number): HistoryEvent[] {
  const renamed = JSON.stringify(events).replace(/"(executionId|workflowId)":"/g, `$&y${years}-`);
  return yearsBefore(JSON.parse(renamed) as HistoryEvent[], years);
}

/** `last` without `to` is the one thing that reads the clock. */
function repeatable(filter: FilterInput): FilterInput {
  const { window } = filter;
  return window?.last == null || window.to != null ? filter : { ...filter, window: { ...window, to: new Date(NOW).toISOString() } };
}

type Asked = Readonly<{ filter: FilterInput; asOf: Position; answer: Answers }>;

/** The file of a rejected line is where it stands now, not where it stood: as archived it has another. */
function withoutFolders({ rejectedTexts, ...answer }: Answers): Answers {
  return { ...answer, rejectedTexts: rejectedTexts.map(text => text.replace(/^archive\/\d{4}\//, '')) };
}

async function ask({ questions }: Stage, filter: FilterInput, asOf: Position): Promise<Answers> {
  return withoutFolders(await answers(questions, filter, asOf));
}

async function expectAgain(stage: Stage, asked: readonly Asked[]): Promise<void> {
  for (const { filter, asOf, answer } of asked) {
    await stage.questions.at(formatPosition(asOf));
    expect(await ask(stage, filter, asOf)).toEqual(answer);
  }
}

async function opened<Result>(options: StageOptions, work: (stage: Stage) => Promise<Result>): Promise<Result> {
  const stage = await openStage({ shortBytes: 0, ...options });
  try {
    return await work(stage);
  } finally {
    await stage.close();
  }
}

const parts = fc.tuple(history, history, history);
/** Of the last year, or of one before. */
const filters = fc.array(
  fc.tuple(someFilter, fc.constantFrom(0, 0, 1, 2)).map(([filter, years]) => repeatable(yearsBefore(filter, years))),
  { minLength: 1, maxLength: 2 },
);

/** How many years the runs of the property left archived. */
const archivedYears = new Set<number>();

test('behind archives of several years, without the state, in other blocks, and from a copy', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(parts, filters, fc.constantFrom(5, 16, undefined), async (years, filters, rows) => {
      const directory = await temporaryDirectory();
      const copy = await temporaryDirectory();
      let now = 0;
      const options = { directory: directory.path, clock: () => now, ...(rows ? { blockRows: rows } : {}) };
      const asked: Asked[] = [];
      try {
        await opened(options, async stage => {
          for (const [index, events] of years.entries()) {
            const before = YEARS_BEFORE[index] ?? 0;
            now = clockOf(before);
            await stage.log.archive();
            await expectAgain(stage, asked);
            const recorded: RecordInput[] = [];
            for (const event of inYear(events, before)) await happen(stage.log, event, recorded);
            const asOf = await stage.questions.now();
            for (const filter of filters) {
              const answer = await ask(stage, filter, asOf);
              expectSame(answer, expectedAnswers(new Oracle(directory.path, asOf, now), filter, asOf));
              asked.push({ filter, asOf, answer });
            }
          }
          await expectAgain(stage, asked);
          archivedYears.add(stage.log.archivedYears.length);
        });
        // The oracle reads archives too.
        for (const { filter, asOf, answer } of asked)
          expectSame(answer, expectedAnswers(new Oracle(directory.path, asOf, now), filter, asOf));
        await opened({ ...options, blockRows: 9 }, stage => expectAgain(stage, asked));
        await rm(join(directory.path, '.state'), { recursive: true });
        await opened(options, stage => expectAgain(stage, asked));
        await cp(directory.path, copy.path, { recursive: true, filter: source => !source.includes('.state') });
        await opened({ ...options, directory: copy.path }, stage => expectAgain(stage, asked));
      } finally {
        await directory.remove();
        await copy.remove();
      }
    }),
    { seed: SEED, numRuns: 5 },
  );
  // Not archived where a part has no row of a year that was over.
  expect(Math.max(...archivedYears)).toBe(2);
});

test('from a copy of the logs that ends before it, or that went another way, a position is POSITION_UNKNOWN', async () => {
  const directory = await temporaryDirectory();
  const earlier = await temporaryDirectory();
  const other = await temporaryDirectory();
  const clock = () => NOW;
  const event = (n: number): HistoryEvent => ({
    kind: 'record',
    inputs: [
      {
        executionId: `e-${n}`,
        patternId: 'p',
        taskDescription: '',
        status: 'SUCCESS',
        startedAt: '2026-03-01T00:00:00Z',
        completedAt: '2026-03-01T00:01:00Z',
        steps: [],
      },
    ],
  });
  try {
    const options = { directory: directory.path, clock };
    const [first, second] = await opened(options, async stage => {
      await happen(stage.log, event(1), []);
      const position = await stage.questions.now();
      for (const file of await readdir(directory.path))
        if (file.endsWith('.log')) for (const to of [earlier, other]) await cp(join(directory.path, file), join(to.path, file));
      await happen(stage.log, event(2), []);
      return [position, await stage.questions.now()] as const;
    });
    const unknown = { code: 'POSITION_UNKNOWN', retryable: false, field: ['asOf'] };
    await opened({ directory: earlier.path, clock }, async ({ questions }) => {
      expect(await questions.at(formatPosition(first))).toEqual(first);
      await expect(questions.at(formatPosition(second))).rejects.toMatchObject({
        ...unknown,
        message: expect.stringMatching(/lies beyond/),
      });
    });
    await opened({ directory: other.path, clock }, async ({ log, questions }) => {
      // As long as the other, so that only the chain tells them apart.
      await happen(log, event(3), []);
      expect(await questions.now()).toEqual({ ...second, chain: expect.not.stringMatching(second.chain) });
      await expect(questions.at(formatPosition(second))).rejects.toMatchObject({
        ...unknown,
        message: expect.stringMatching(/another history/),
      });
    });
  } finally {
    for (const { remove } of [directory, earlier, other]) await remove();
  }
});
