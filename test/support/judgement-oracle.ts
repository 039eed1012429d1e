/**
 * A naive oracle of judgement: history told from the bytes of the logs by plain loops, and each question answered by going through
 * all of it. Like `oracle.ts` it shares no code with the program.
 */
import { type Ends, fieldsOf, linesOf, type RunRow, runRow, type StepRow, stepRow } from './oracle.ts';

type OracleStep = { phase: string; plugin: string; durationMs: number; status: string; step: number; pluginVersion?: string };
export type OracleExecution = {
  workflowId: string;
  patternId: string;
  name: string;
  task: string;
  status: string;
  second: number;
  us: bigint;
  steps: OracleStep[];
  base: { durations: number; success_rates: number };
};
export type OracleEvent = { execution: OracleExecution } | { run: RunRow } | { step: StepRow };

/** What happened, in the order in which it is judged: our executions by the journal, others' rows before the first one that knew them. */
export function happened(directory: string, ends: Ends): OracleEvent[] {
  const placed = <Row>(log: 'durations' | 'success_rates', parse: (line: { start: number; text: string }) => Row | undefined) =>
    linesOf(directory, log, ends[log]).flatMap(line => {
      const row = parse(line);
      return row ? [{ start: line.start, row, ours: false }] : [];
    });
  const steps = placed('durations', stepRow);
  const runs = placed('success_rates', runRow);
  const executions = linesOf(directory, 'journal', ends.journal).map(line => executionOf(line.text));
  for (const { base, workflowId, patternId, status, second, us, steps: ran } of executions) {
    for (const step of ran.filter(({ status }) => status !== 'skipped')) {
      const own = steps.find(
        ({ start, row, ours }) =>
          !ours &&
          start >= base.durations &&
          row.workflowId === workflowId &&
          row.phase === step.phase &&
          row.plugin === step.plugin &&
          row.us === BigInt(step.durationMs) * 1000n &&
          row.success === (step.status === 'success') &&
          row.step === String(step.step),
      );
      if (own) own.ours = true;
    }
    const own = runs.find(
      ({ start, row, ours }) =>
        !ours &&
        start >= base.success_rates &&
        row.patternId === patternId &&
        row.timestamp === second &&
        row.us === us &&
        row.success === (status === 'success'),
    );
    if (own && status !== 'cancelled') own.ours = true;
  }
  const events: OracleEvent[] = [];
  const others = (before: { durations: number; success_rates: number }) => {
    for (const found of steps.filter(({ start, ours }) => !ours && start < before.durations)) {
      found.ours = true;
      events.push({ step: found.row });
    }
    for (const found of runs.filter(({ start, ours }) => !ours && start < before.success_rates)) {
      found.ours = true;
      events.push({ run: found.row });
    }
  };
  for (const execution of executions) {
    others(execution.base);
    events.push({ execution });
  }
  others(ends);
  return events;
}

const unescaped = (text: string) => text.replace(/\\(u[0-9a-f]{4}|.)/g, escaped => JSON.parse(`"${escaped}"`) as string);

function executionOf(text: string): OracleExecution {
  const fields = fieldsOf(text);
  const [, , , workflowId = '', patternId = '', name = '', task = '', status = '', , completed = '', durationMs = ''] = fields;
  const [durations = 0, success_rates = 0] = (fields[16] ?? '').split(':').map(Number);
  return {
    workflowId,
    patternId,
    name,
    task: unescaped(task),
    status,
    second: Math.floor(Date.parse(completed) / 1000),
    us: BigInt(durationMs) * 1000n,
    steps: JSON.parse(fields[14] ?? '[]') as OracleStep[],
    base: { durations, success_rates },
  };
}

export type OracleRun = Omit<RunRow, 'start'> & { execution: OracleExecution | undefined };

/** The runs that count for patterns, ours and others'. */
export function runsOf(events: readonly OracleEvent[]): OracleRun[] {
  return events.flatMap((event): OracleRun[] => {
    if ('run' in event) return [{ ...event.run, execution: undefined }];
    if (!('execution' in event) || event.execution.status === 'cancelled') return [];
    const { patternId, name, status, second, us } = event.execution;
    return [{ timestamp: second, patternId, name, us, success: status === 'success', execution: event.execution }];
  });
}

// ---------- Promotion ----------

/** ln of the integral over q of q^s (1 - q)^f / sqrt(q (1 - q)) / π, by the midpoint rule on q = sin²(t): no gamma function. */
function lnMixture(successes: number, failures: number): number {
  const parts = 20_000;
  let peak = Number.NEGATIVE_INFINITY;
  const logs: number[] = [];
  for (let part = 0; part < parts; part++) {
    const t = ((part + 0.5) / parts) * (Math.PI / 2);
    const log = 2 * successes * Math.log(Math.sin(t)) + 2 * failures * Math.log(Math.cos(t));
    logs.push(log);
    peak = Math.max(peak, log);
  }
  return peak + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - peak), 0) / parts);
}

/** The rates that are not excluded at 99 %, found by walking from the observed one outwards. */
export function oracleBounds(successes: number, executions: number): { lower: number; upper: number } {
  const failures = executions - successes;
  const mixture = lnMixture(successes, failures);
  const kept = (p: number) => {
    const likelihood = (successes && successes * Math.log(p)) + (failures && failures * Math.log(1 - p));
    return mixture - likelihood < Math.log(100);
  };
  const walk = (to: number) => {
    let p = executions === 0 ? 0.5 : successes / executions;
    for (let pace = 0.1; pace > 1e-13; pace /= 10) {
      for (;;) {
        const next = to === 1 ? p + pace : p - pace;
        if (next < 0 || next > 1 || !kept(next)) break;
        p = next;
      }
    }
    return p;
  };
  return { lower: successes === 0 ? 0 : walk(0), upper: failures === 0 ? 1 : walk(1) };
}

type Status = 'discovered' | 'validated' | 'learned' | 'deprecated';

function statusOf(executions: number, reaches: (bar: number) => boolean, below: (bar: number) => boolean): Status {
  if (executions >= 20 && reaches(90)) return 'learned';
  if (executions >= 5 && reaches(80)) return 'validated';
  if (executions >= 5 && below(60)) return 'deprecated';
  return 'discovered';
}

function byDefault(successes: number, executions: number): Status {
  return statusOf(
    executions,
    bar => successes * 100 >= bar * executions,
    bar => successes * 100 < bar * executions,
  );
}

function byStrict(successes: number, executions: number): Status {
  if (executions < 5) return 'discovered';
  const { lower, upper } = oracleBounds(successes, executions);
  return statusOf(
    executions,
    bar => lower >= bar / 100,
    bar => upper < bar / 100,
  );
}

const RANK = { deprecated: 0, discovered: 1, validated: 2, learned: 3 };

/** All but the Wilson interval, which `oracle.ts` has. */
export function oraclePromotions(events: readonly OracleEvent[], policy: 'default' | 'strict') {
  const judge = policy === 'default' ? byDefault : byStrict;
  const runs = runsOf(events);
  const ids = [...new Set(runs.map(({ patternId }) => patternId))].sort((a, b) => (a < b ? -1 : 1));
  return ids.map(patternId => {
    const own = runs.filter(run => run.patternId === patternId);
    let [successes, status, changedAt] = [0, 'discovered' as Status, undefined as number | undefined];
    for (const [index, { success, timestamp }] of own.entries()) {
      if (success) successes++;
      const next = judge(successes, index + 1);
      if (next !== status) changedAt = timestamp;
      status = next;
    }
    let more = 1;
    while (status !== 'learned' && RANK[judge(successes + more, own.length + more)] <= RANK[status]) more++;
    return {
      patternId,
      name: own.at(-1)?.name,
      status,
      byDefault: byDefault(successes, own.length),
      byStrict: byStrict(successes, own.length),
      successes,
      total: own.length,
      executionsToNext: status === 'learned' ? undefined : more,
      changedAt,
      bounds: oracleBounds(successes, own.length),
    };
  });
}
