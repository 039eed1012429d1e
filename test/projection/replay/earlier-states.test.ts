/** The states of earlier positions that stand in files: taken up where they help, left aside where they do not, and never many. */
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatPosition, Log, type Position, START, type Stretch } from '../../../src/log/log.ts';
import { EarlierStates } from '../../../src/projection/replay/earlier-states.ts';
import { type Fold, Replay } from '../../../src/projection/replay/replay.ts';
import { executionInput, NOW } from '../../support/execution-inputs.ts';
import { temporaryDirectory } from '../../support/program.ts';
import { silent } from '../../support/silent-logger.ts';

type Count = { executions: number };

/** Counts executions. */
const counting: Fold<Count> = {
  version: 1,
  empty: () => ({ executions: 0 }),
  apply: (state, { journal }) => {
    if (journal.some(({ execution }) => execution.taskDescription === 'fails')) throw new Error('cannot be applied');
    state.executions += journal.length;
  },
  fork: state => ({ ...state }),
  settle: () => undefined,
  pieces: ({ executions }) => [executions],
  takeUp: (state, piece) => {
    state.executions = piece as number;
  },
};

const EXECUTIONS = 30;

/** A log of some executions, the position after each, and what reads it. */
async function withLog(
  work: (parts: { directory: string; log: Log; positions: Position[]; read: Log['read'] }) => Promise<void>,
): Promise<void> {
  const { path: directory, remove } = await temporaryDirectory();
  const log = await Log.open({ directory, logger: silent, clock: () => NOW });
  try {
    const positions: Position[] = [];
    for (let n = 0; n < EXECUTIONS; n++) {
      const [outcome] = await log.record([executionInput()]);
      if (!outcome || outcome instanceof Error) throw outcome;
      positions.push(outcome.position);
    }
    await work({ directory, log, positions, read: (...range) => log.read(...range) });
  } finally {
    await log.close();
    await remove();
  }
}

function replayOf(directory: string, read: Log['read'], anew = false): Replay<Count> {
  const snapshot = { path: join(directory, 'count'), anew };
  return new Replay({ name: 'count', fold: counting, read, maxBytes: 1, snapshot, savedEvery: 1, logger: silent });
}

async function follow(replay: Replay<Count>, read: Log['read'], positions: readonly Position[]): Promise<void> {
  let from = await replay.load();
  for (const to of positions) {
    await replay.advance(await read(from, to, 1 << 20), true);
    from = to;
  }
}

const filesIn = async (directory: string) =>
  (await readdir(join(directory, 'count-earlier'))).map(name => join(directory, 'count-earlier', name));

test('a process that was killed leaves the last of them, and a question starts from the last before its position', async () => {
  await withLog(async ({ directory, positions, read }) => {
    await follow(replayOf(directory, read), read, positions);
    for (const gone of [9, 10, 11]) await rm(join(directory, 'count-earlier', formatPosition(positions[gone] as Position)));
    const starts: Position[] = [];
    const again = replayOf(directory, (from, to, maxBytes) => {
      starts.push(from);
      return read(from, to, maxBytes);
    });
    expect(await again.load()).toEqual(positions.at(-1));
    for (const [index, position] of positions.entries()) {
      if (index > 8 && index < 12) continue;
      expect(await again.at(position, 10_000)).toEqual({ executions: index + 1 });
    }
    expect(starts).toEqual([]);
    expect(await again.at(positions[10] as Position, 10_000)).toEqual({ executions: 11 });
    expect(starts[0]).toEqual(positions[8]);
  });
});

test('one that is damaged is left aside for the one before it, and one of another version too', async () => {
  await withLog(async ({ directory, positions, read }) => {
    await follow(replayOf(directory, read), read, positions);
    expect(await filesIn(directory)).toHaveLength(EXECUTIONS);
    for (const damaged of [28, 29]) await appendFile(join(directory, 'count-earlier', formatPosition(positions[damaged] as Position)), 'x');
    const again = replayOf(directory, read);
    expect(await again.load()).toEqual(positions[27]);
    expect(await filesIn(directory)).toHaveLength(EXECUTIONS - 2);
    expect(await again.at(positions[3] as Position, 10_000)).toEqual({ executions: 4 });
    const later = new Replay({
      name: 'count',
      fold: { ...counting, version: 2 },
      read,
      maxBytes: 1,
      snapshot: { path: join(directory, 'count'), anew: false },
      logger: silent,
    });
    expect(await later.load()).toEqual(START);
    expect(await filesIn(directory)).toEqual([]);
  });
});

test('those of other logs are deleted', async () => {
  await withLog(async ({ directory, positions, read }) => {
    await follow(replayOf(directory, read), read, positions);
    const anew = replayOf(directory, read, true);
    expect(await anew.load()).toEqual(START);
    expect(await readdir(directory)).not.toContain('count-earlier');
    await follow(anew, read, positions.slice(0, 2));
    await anew.reset();
    expect(await anew.load()).toEqual(START);
    expect(await readdir(directory)).not.toContain('count-earlier');
  });
});

test('a stretch that fails leaves the last state before it', async () => {
  await withLog(async ({ directory, log, positions, read }) => {
    const replay = replayOf(directory, read);
    await follow(replay, read, positions);
    const [outcome] = await log.record([executionInput({ taskDescription: 'fails' })]);
    if (!outcome || outcome instanceof Error) throw outcome;
    const stretch: Stretch = await read(positions.at(-1) as Position, outcome.position, 1 << 20);
    await expect(replay.advance(stretch)).rejects.toThrow('cannot be applied');
    expect(await replay.load()).toEqual(positions.at(-1));
    expect(await replay.at(positions.at(-1) as Position, 10_000)).toEqual({ executions: EXECUTIONS });
  });
});

test('they stay few, spread over all of the history', async () => {
  const { path, remove } = await temporaryDirectory();
  try {
    await writeFile(join(path, 'not a position'), 'left alone');
    const states = new EarlierStates(path, 1);
    await states.open();
    const positionAt = (journal: number): Position => ({ ...START, journal });
    const length = 500;
    for (let journal = 1; journal <= length; journal++) await states.add({ position: positionAt(journal), pieces: [journal] });
    const kept = new Set<number>();
    for (let journal = 1; journal <= length; journal++) kept.add(states.last(positionAt(journal))?.journal ?? 0);
    expect(kept.size).toBeLessThanOrEqual(49);
    const ordered = [...kept];
    const gaps = ordered.slice(1).map((journal, index) => journal - (ordered[index] as number));
    expect(Math.max(...gaps)).toBeLessThanOrEqual((3 * length) / 48);
    expect([...((await states.read(positionAt(length)))?.pieces ?? [])]).toEqual([length]);
    expect(await readFile(join(path, 'not a position'), 'utf8')).toBe('left alone');
  } finally {
    await remove();
  }
});
