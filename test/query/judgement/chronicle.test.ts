/** Which rows of the shared logs are read at all, and what is told of them. */
import { describe, expect, test } from 'vitest';
import { type RunStretch, START } from '../../../src/log/log.ts';
import { rowRange } from '../../../src/log/run-rows.ts';
import {
  type Chronicle,
  emptyChronicle,
  type Occurrence,
  read,
  savedChronicle,
  settle,
  takenUpChronicle,
} from '../../../src/query/judgement/chronicle.ts';
import { type Execution, formatDurationsLine, formatSuccessRatesLine, type JournalRun } from '../../../src/record/record.ts';
import { execution } from '../../support/occurrences.ts';

const STEP = { plugin: 'own', durationMs: 250 };
const OTHERS_STEP = '2026-01-01T00:00:00Z,elsewhere,plan,1,other,2,true';
const OTHERS_RUN = '2026-01-01T00:00:00Z,theirs,Theirs,true,3,1,0,""';

type Lines = { durations: string[]; success_rates: string[] };

function ownLines(run: Execution): Lines {
  return { durations: run.steps.map(step => formatDurationsLine(run, step)), success_rates: [formatSuccessRatesLine(run, 1)] };
}

const bytesOf = (lines: readonly string[]) => Buffer.from(lines.map(line => `${line}\n`).join(''));

/** Groups of one run each, with what others wrote behind it; and how often rows were decoded. */
function stretchOf(groups: readonly Readonly<{ run: Execution; others?: Partial<Lines> }>[]) {
  const journal: JournalRun[] = [];
  const lines: Lines = { durations: [], success_rates: [] };
  const ends = () => ({ durations: bytesOf(lines.durations).length, success_rates: bytesOf(lines.success_rates).length, plugin_usage: 0 });
  for (const { run, others = {} } of groups) {
    const own = ownLines(run);
    const owed = { durations: bytesOf(own.durations).length, success_rates: bytesOf(own.success_rates).length };
    journal.push({ start: 0, end: 0, chain: '', base: ends(), execution: run, owed });
    for (const log of ['durations', 'success_rates'] as const) lines[log].push(...own[log], ...(others[log] ?? []));
  }
  const decoded: string[] = [];
  const counted = <Log extends 'durations' | 'success_rates'>(log: Log) => {
    const range = rowRange(log, bytesOf(lines[log]), 0);
    return {
      ...range,
      between: (from: number, to: number) => {
        decoded.push(log);
        return range.between(from, to);
      },
    };
  };
  const stretch: RunStretch = {
    from: START,
    to: { ...START, ...ends() },
    journal,
    durations: counted('durations'),
    success_rates: counted('success_rates'),
    plugin_usage: [],
  };
  return { stretch, decoded };
}

function nameOf(occurrence: Occurrence): string {
  if (occurrence.kind === 'execution') return occurrence.execution.workflowId;
  return occurrence.kind === 'step' ? occurrence.row.plugin : occurrence.row.patternId;
}

function told(stretch: RunStretch, between: (chronicle: Chronicle) => Chronicle = chronicle => chronicle): string[] {
  const names: string[] = [];
  const chronicle = emptyChronicle();
  read(chronicle, stretch, occurrence => names.push(nameOf(occurrence)));
  settle(between(chronicle), occurrence => names.push(nameOf(occurrence)));
  return names;
}

const runs = [1, 2, 3].map(() => execution({ steps: [STEP, STEP] }));
const [first = '', second = '', third = ''] = runs.map(({ workflowId }) => workflowId);

describe('rows of the shared logs', () => {
  test('are not read where our own fill their place', () => {
    const { stretch, decoded } = stretchOf(runs.map(run => ({ run })));
    expect(told(stretch)).toEqual([first, second, third]);
    expect(decoded).toEqual([]);
  });

  test('of others are told before the group that knew of them, and at the end', () => {
    const [one, two, three] = runs as [Execution, Execution, Execution];
    const { stretch, decoded } = stretchOf([
      { run: one, others: { durations: [OTHERS_STEP] } },
      { run: two, others: { success_rates: [OTHERS_RUN, OTHERS_RUN] } },
      { run: three, others: { durations: ['no row', OTHERS_STEP] } },
    ]);
    expect(told(stretch)).toEqual([first, 'other', second, 'theirs', 'theirs', third, 'other']);
    expect(decoded).toEqual(['durations', 'success_rates', 'durations']);
  });

  test('wait in a saved state as they do in one that goes on', () => {
    const { stretch } = stretchOf(runs.map(run => ({ run, others: { durations: [OTHERS_STEP], success_rates: [OTHERS_RUN] } })));
    const saved = (chronicle: Chronicle) => takenUpChronicle(structuredClone(savedChronicle(chronicle)));
    expect(told(stretch, saved)).toEqual(told(stretch));
  });
});
