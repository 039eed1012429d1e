/** The state behind judgement: saved and taken up again, as of older positions, and read in pieces. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Log, type Position, START } from '../../../src/log/log.ts';
import { journalFirst, Replay } from '../../../src/projection/replay/replay.ts';
import { type Judgement, judging } from '../../../src/query/query.ts';
import { executionInput, NOW } from '../../support/execution-inputs.ts';
import { temporaryDirectory } from '../../support/program.ts';
import { openStage } from '../../support/question-stage.ts';
import { silent } from '../../support/silent-logger.ts';

const clock = () => NOW;
const successesIn = (state: Judgement) => [...state.patterns.values()].map(({ standing }) => standing.successes);

/** Records one execution after the other and judges after each; answers the positions. */
async function history(directory: string, executions: number): Promise<Position[]> {
  const stage = await openStage({ directory, clock });
  const positions: Position[] = [];
  try {
    for (let n = 0; n < executions; n++) {
      const [outcome] = await stage.log.record([executionInput()]);
      if (!outcome || outcome instanceof Error) throw outcome;
      positions.push(outcome.position);
      await stage.questions.promotions({}, outcome.position);
    }
  } finally {
    await stage.close();
  }
  return positions;
}

async function withHistory(executions: number, work: (directory: string, positions: readonly Position[]) => Promise<void>): Promise<void> {
  const { path, remove } = await temporaryDirectory();
  try {
    await work(path, await history(path, executions));
  } finally {
    await remove();
  }
}

function replayOf(directory: string, read: (from: Position, to: Position, maxBytes: number) => ReturnType<Log['read']>, anew = false) {
  const snapshot = { path: join(directory, '.state', 'judgement'), anew };
  return new Replay({ name: 'judgement', fold: judging, read, maxBytes: 1 << 20, snapshot, logger: silent });
}

const unread = () => Promise.reject(new Error('nothing needs to be read'));

test('what was saved at the end is taken up at the next start, without reading a log', async () => {
  await withHistory(5, async (directory, positions) => {
    const replay = replayOf(directory, unread);
    expect(await replay.load()).toEqual(positions[4]);
    expect(successesIn(await replay.at(positions[4] as Position, 1000))).toEqual([5]);
  });
});

test('a saved state that is damaged, of other logs or of another version is left aside', async () => {
  await withHistory(3, async (directory, positions) => {
    expect(await replayOf(directory, unread, true).load()).toEqual(START);
    const path = join(directory, '.state', 'judgement');
    const bytes = await readFile(path);
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
    for (const damaged of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)]), Buffer.alloc(0), flipped]) {
      await writeFile(path, damaged);
      expect(await replayOf(directory, unread).load()).toEqual(START);
    }
    await writeFile(path, bytes);
    const later = new Replay({
      name: 'judgement',
      fold: { ...judging, version: judging.version + 1 },
      read: unread,
      maxBytes: 1,
      snapshot: { path, anew: false },
      logger: silent,
    });
    expect(await later.load()).toEqual(START);
    await writeFile(path, 'damaged');
    const stage = await openStage({ directory, clock });
    const [pattern] = await stage.questions.promotions({}, positions[2] as Position);
    expect(pattern?.evidence.total).toBe(3);
    await stage.close();
  });
});

test('every older position has its own state, and going on after a saved one leaves it as it was', async () => {
  await withHistory(40, async (directory, positions) => {
    const stage = await openStage({ directory, clock });
    try {
      const [outcome] = await stage.log.record([executionInput()]);
      if (!outcome || outcome instanceof Error) throw outcome;
      expect((await stage.questions.promotions({}, outcome.position))[0]?.evidence.total).toBe(41);
      for (const [index, asOf] of [...positions.entries()].reverse())
        expect((await stage.questions.promotions({}, asOf))[0]?.evidence.total).toBe(index + 1);
    } finally {
      await stage.close();
    }
  });
});

test('going back takes no longer than it may', async () => {
  await withHistory(3, async (directory, positions) => {
    const log = await Log.open({ directory, logger: silent, clock });
    try {
      const replay = new Replay({ name: 'judgement', fold: judging, read: (...range) => log.read(...range), maxBytes: 1, logger: silent });
      await expect(replay.at(positions[2] as Position, -1)).rejects.toMatchObject({ code: 'TIMEOUT', field: ['asOf'] });
      expect(successesIn(await replay.at(positions[2] as Position, 10_000))).toEqual([3]);
    } finally {
      await log.close();
    }
  });
});

test('the journal is read first: no other log runs ahead of it', async () => {
  await withHistory(30, async (directory, positions) => {
    const log = await Log.open({ directory, logger: silent, clock });
    try {
      const end = positions.at(-1) as Position;
      const source = journalFirst(log);
      let [from, rows, pieces] = [START, { journal: 0, durations: 0, success_rates: 0 }, 0];
      while (from.journal < end.journal || from.durations < end.durations) {
        const stretch = await source.read(from, end, 1000);
        const { journal, durations, success_rates } = stretch;
        rows = {
          journal: rows.journal + journal.length,
          durations: rows.durations + durations.length,
          success_rates: rows.success_rates + success_rates.length,
        };
        expect(rows.durations).toBeLessThanOrEqual(rows.journal);
        from = stretch.to;
        pieces++;
      }
      expect(rows).toEqual({ journal: 30, durations: 30, success_rates: 30 });
      expect(from).toEqual(end);
      expect(pieces).toBeGreaterThan(5);
    } finally {
      await log.close();
    }
  });
});
