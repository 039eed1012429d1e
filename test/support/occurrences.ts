/** Histories that never touch a disk: what judgement makes of runs with a known truth. */
import type { Stretch } from '../../src/log/log.ts';
import { START } from '../../src/log/log.ts';
import { type Judgement, judging } from '../../src/query/judgement/judgement.ts';
import type { Execution, JournalRow, Step } from '../../src/record/record.ts';

const NOTHING: Stretch = { from: START, to: START, journal: [], durations: [], success_rates: [], plugin_usage: [], rejected: [] };

let executions = 0;

/** An execution, a success of no steps unless `fields` say otherwise; one a minute. */
export function execution(fields: Partial<Omit<Execution, 'steps'>> & { steps?: readonly Partial<Step>[] } = {}): Execution {
  const number = executions++;
  const completedAt = Date.parse('2026-01-01T00:00:00Z') + number * 60_000;
  return {
    executionId: `e-${number}`,
    workflowId: `w-${number}`,
    patternId: 'p',
    patternName: fields.patternId ?? 'p',
    taskDescription: '',
    status: 'success',
    startedAt: completedAt,
    completedAt,
    durationMs: 1000,
    errorMessage: '',
    filesCreated: 0,
    notes: '',
    attributes: [],
    ...fields,
    steps: (fields.steps ?? []).map((step, index) => ({
      step: index + 1,
      phase: 'implement',
      plugin: 'plugin',
      durationMs: 100,
      status: 'success' as const,
      attempt: 1,
      ...step,
    })),
  };
}

/** Learns executions in order, as from a journal whose derived rows are not read. */
export function judged(executions: Iterable<Execution>, state: Judgement = judging.empty()): Judgement {
  const base = { durations: 0, success_rates: 0, plugin_usage: 0 };
  const journal: JournalRow[] = [...executions].map(execution => ({ start: 0, end: 0, chain: '', base, execution }));
  judging.apply(state, { ...NOTHING, journal });
  state.chronicle.group = [];
  return state;
}
