/** The naive oracle of estimates and predictions: everything is computed anew from the events before each run. */
import type { OracleEvent, OracleExecution } from './judgement-oracle.ts';
import { runsOf } from './judgement-oracle.ts';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
const squares = (values: readonly number[]) => (values.length === 0 ? 0 : sum(values.map(value => (value - mean(values)) ** 2)));
const lnOf = (us: bigint) => Math.log(Math.max(Number(us), 1000));

/** The t with 90 % of Student's distribution below it: its density is added up from 0 on by Simpson's rule until 0.4 is reached. */
const quantiles = new Map<number, number>();
function t90(freedom: number): number {
  const known = quantiles.get(freedom);
  if (known !== undefined) return known;
  const density = (t: number) => (1 + (t * t) / freedom) ** (-(freedom + 1) / 2);
  const area = (to: number) => {
    const parts = 2000;
    const width = to / parts;
    return (
      (width / 3) * sum(Array.from({ length: parts + 1 }, (_, i) => density(i * width) * (i === 0 || i === parts ? 1 : i % 2 ? 4 : 2)))
    );
  };
  // The whole by substituting t = tan(u) * sqrt(freedom).
  const parts = 20_000;
  const whole =
    sum(Array.from({ length: parts }, (_, i) => Math.cos(((i + 0.5) / parts) * (Math.PI / 2)) ** (freedom - 1))) *
    (Math.PI / 2 / parts) *
    Math.sqrt(freedom);
  let [low, high] = [1, 3];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (area(middle) / (2 * whole) < 0.4) low = middle;
    else high = middle;
  }
  quantiles.set(freedom, low);
  return low;
}

function fractional(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.min(sorted.length, Math.max(1, share * (sorted.length + 1)));
  const [below, above] = [sorted[Math.floor(rank) - 1] ?? 0, sorted[Math.ceil(rank) - 1] ?? 0];
  return below + (rank - Math.floor(rank)) * (above - below);
}

/** The variance of ln durations of one kind, drawn to that of all kinds, and its degrees of freedom. */
function drawnVariance(own: readonly number[], kinds: readonly (readonly number[])[]) {
  const common = (sum(kinds.map(squares)) + Math.LN2 ** 2) / (sum(kinds.map(kind => Math.max(0, kind.length - 1))) + 1);
  const freedom = 12 + Math.max(0, own.length - 1);
  return { variance: (12 * common + squares(own)) / freedom, freedom };
}

function grouped<Value>(values: readonly Value[], key: (value: Value) => string): Value[][] {
  const groups = new Map<string, Value[]>();
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value]);
  return [...groups.values()];
}

export type OracleEstimate = { p50: number; p90: number; n: number } | undefined;

/** Seconds. */
export function estimateByPattern(events: readonly OracleEvent[], patternId: string): OracleEstimate {
  const runs = runsOf(events);
  const all = runs.filter(run => run.patternId === patternId);
  const last = all.slice(-200).map(({ us }) => Number(us) / 1e6);
  if (last.length === 0) return undefined;
  if (last.length >= 9) return { p50: fractional(last, 0.5), p90: fractional(last, 0.9), n: last.length };
  const logs = all.map(({ us }) => lnOf(us));
  const kinds = grouped(runs, run => run.patternId).map(group => group.map(({ us }) => lnOf(us)));
  const { variance, freedom } = drawnVariance(logs, kinds);
  const high = mean(logs) + t90(freedom) * Math.sqrt(variance * (1 + 1 / logs.length));
  return { p50: Math.exp(mean(logs)) / 1e6, p90: Math.exp(high) / 1e6, n: last.length };
}

type Step = { plugin: string; phase: string | undefined; ln: number };

const ranSteps = (execution: OracleExecution) => execution.steps.filter(({ status }) => status !== 'skipped');

function stepsOf(events: readonly OracleEvent[]): Step[] {
  return events.flatMap(event => {
    if ('step' in event) return [{ plugin: event.step.plugin, phase: event.step.phase, ln: lnOf(event.step.us) }];
    if (!('execution' in event)) return [];
    return ranSteps(event.execution).map(({ plugin, phase, durationMs }) => ({ plugin, phase, ln: lnOf(BigInt(durationMs) * 1000n) }));
  });
}

type Planned = readonly { plugin: string; phase?: string | undefined }[];

function shapeOf(known: readonly Step[], plan: Planned) {
  if (plan.length === 0 || known.length === 0) return undefined;
  const kinds = grouped(known, ({ plugin, phase }) => `${plugin}/${phase}`).map(kind => kind.map(({ ln }) => ln));
  const parts = plan.map(({ plugin, phase }) => {
    const wider = [
      known.filter(step => phase !== undefined && step.plugin === plugin && step.phase === phase),
      known.filter(step => step.plugin === plugin),
      known.filter(step => phase !== undefined && step.phase === phase),
      known,
    ].filter(kind => kind.length > 0);
    const logs = (wider.find(kind => kind.length >= 5) ?? wider[0] ?? []).map(({ ln }) => ln);
    const square = Math.min(4, drawnVariance(logs, kinds).variance * (1 + 1 / logs.length));
    const m = Math.exp(mean(logs) + square / 2);
    return { m, v: m * m * (Math.exp(square) - 1), n: logs.length, phase };
  });
  const work = sum(parts.map(({ m }) => m));
  const spans = [
    ...grouped(
      parts.filter(({ phase }) => phase !== undefined),
      ({ phase }) => phase ?? '',
    ).map(group => Math.max(...group.map(({ m }) => m))),
    ...parts.filter(({ phase }) => phase === undefined).map(({ m }) => m),
  ];
  const variance = Math.log(1 + sum(parts.map(({ v }) => v)) / work ** 2);
  return { work: Math.log(work), overlap: Math.log(sum(spans) / work), variance, n: Math.min(...parts.map(({ n }) => n)) };
}

type Shape = NonNullable<ReturnType<typeof shapeOf>>;
type Past = { x: number; y: number; error: number; miss: number };

function forecast(past: readonly Past[], { work, overlap, variance }: Shape) {
  // Least squares with one more observation each that says a = 0 and b = 1/2.
  const [n, x, xx] = [past.length + 1, sum(past.map(p => p.x)), sum(past.map(p => p.x ** 2)) + 1];
  const [y, xy] = [sum(past.map(p => p.y)), sum(past.map(p => p.x * p.y)) + 0.5];
  const b = (n * xy - x * y) / (n * xx - x * x);
  const a = (y - b * x) / n;
  return { ln: work + a + b * overlap, error: Math.sqrt(variance + (sum(past.map(p => p.error ** 2)) + Math.LN2 ** 2) / n) };
}

function high(past: readonly Past[], shape: Shape): { p50: number; p90: number } {
  const { ln, error } = forecast(past, shape);
  const misses = past.slice(-200).map(({ miss }) => miss);
  const [middle, far] = misses.length < 9 ? [0, t90(3 + misses.length)] : [fractional(misses, 0.5), fractional(misses, 0.9)];
  return { p50: Math.exp(ln + error * middle) / 1e6, p90: Math.exp(ln + error * far) / 1e6 };
}

const counted = (event: OracleEvent) => 'execution' in event && event.execution.status !== 'cancelled';

/** Also how many runs so far ended within the p90 of their steps. */
export function estimateBySteps(events: readonly OracleEvent[], plan: Planned) {
  const past: Past[] = [];
  let within = 0;
  for (const [index, event] of events.entries()) {
    if (!('execution' in event) || !counted(event)) continue;
    const shape = shapeOf(stepsOf(events.slice(0, index)), ranSteps(event.execution));
    if (!shape) continue;
    const ln = lnOf(event.execution.us);
    const expected = forecast(past, shape);
    if (Number(event.execution.us) / 1e6 <= high(past, shape).p90) within++;
    past.push({ x: shape.overlap, y: ln - shape.work, error: ln - expected.ln, miss: (ln - expected.ln) / expected.error });
  }
  const shape = shapeOf(stepsOf(events), plan);
  return { estimate: shape && { ...high(past, shape), n: shape.n }, hits: { backtested: past.length, within } };
}

/** Runs of a pattern that were given an estimate, and how many ended within its p90. */
export function patternHits(events: readonly OracleEvent[], patternId: string): { backtested: number; within: number } {
  const hits = { backtested: 0, within: 0 };
  for (const [index, event] of events.entries()) {
    const run = runsOf([event]).find(run => run.patternId === patternId);
    const estimate = run && estimateByPattern(events.slice(0, index), patternId);
    if (!estimate) continue;
    hits.backtested++;
    if (Number(run.us) / 1e6 <= estimate.p90) hits.within++;
  }
  return hits;
}

// ---------- Predictions ----------

const wordsOf = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean);

function cosine(a: readonly string[], b: readonly string[]): number {
  const words = [...new Set([...a, ...b])];
  const count = (list: readonly string[], word: string) => list.filter(other => other === word).length;
  const dot = sum(words.map(word => count(a, word) * count(b, word)));
  const norm = (list: readonly string[]) => Math.sqrt(sum(words.map(word => count(list, word) ** 2)));
  return dot === 0 ? 0 : dot / (norm(a) * norm(b));
}

export type OracleProspect = { patternId: string | undefined; name: string; plugins: Map<string, boolean>; task: string };

/** Of a plugin by its steps; undefined where there are none. */
export function reliability(events: readonly OracleEvent[], plugin: string): number | undefined {
  const outcomes = events.flatMap(event => {
    if ('step' in event) return event.step.plugin === plugin ? [event.step.success] : [];
    if (!('execution' in event)) return [];
    return ranSteps(event.execution)
      .filter(step => step.plugin === plugin)
      .map(({ status }) => status === 'success');
  });
  return outcomes.length === 0 ? undefined : outcomes.filter(Boolean).length / outcomes.length;
}

export function factorsOf(events: readonly OracleEvent[], { patternId, name, plugins, task }: OracleProspect) {
  const runs = runsOf(events).filter(run => patternId === undefined || run.patternId === patternId);
  const own = patternId === undefined ? [] : runs;
  const rate = own.length === 0 ? 0.5 : own.filter(({ success }) => success).length / own.length;
  const tasks = own.flatMap(({ execution }) => (execution ? [execution.task] : []));
  const won = runs.flatMap(({ execution, success }) => (execution && success ? [execution.task] : []));
  const weights = [...plugins].map(([plugin, required]) => [required ? 2 : 1, reliability(events, plugin) ?? 0.5] as const);
  const known = new Set([...wordsOf(name), ...tasks.slice(-100).flatMap(wordsOf)]);
  const asked = new Set(wordsOf(task));
  const either = new Set([...known, ...asked]);
  const shared = [...asked].filter(word => known.has(word));
  return {
    pattern: 0.5 + (rate - 0.5) * Math.min(1, own.length / 10),
    plugins: weights.length === 0 ? 0.5 : sum(weights.map(([w, r]) => w * r)) / sum(weights.map(([w]) => w)),
    context: (either.size === 0 ? 0 : (0.8 * shared.length) / either.size) + (wordsOf(name).some(word => asked.has(word)) ? 0.2 : 0),
    similarity: Math.max(0, ...won.slice(-10).map(other => cosine(wordsOf(other), wordsOf(task)))),
  };
}

type OracleFactors = ReturnType<typeof factorsOf>;
const WEIGHTS = { pattern: 0.4, plugins: 0.3, context: 0.2, similarity: 0.1 };
const NAMES = ['pattern', 'plugins', 'context', 'similarity'] as const;

export function scoreOf(factors: OracleFactors, left: readonly string[] = NAMES): number {
  const names = NAMES.filter(name => left.includes(name));
  return sum(names.map(name => WEIGHTS[name] * factors[name])) / sum(names.map(name => WEIGHTS[name]));
}

type Scored = { score: number; success: boolean };
const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/** The most probable level and slope, by climbing in ever smaller paces along either axis; scores count in hundredths. */
export function worthOf(scored: readonly Scored[], score: number): { value: number; lower: number; upper: number } {
  const runs = scored.map(({ score, success }) => ({ x: Math.round(score * 100) / 100, success }));
  const centre = runs.length === 0 ? 0 : mean(runs.map(({ x }) => x));
  const height = (level: number, slope: number) =>
    sum(runs.map(({ x, success }) => Math.log(logistic((success ? 1 : -1) * (level + slope * (x - centre)))))) -
    level ** 2 / (2 * 1.5 ** 2) -
    slope ** 2 / (2 * 4 ** 2);
  let [level, slope] = [0, 0];
  for (let pace = 1; pace > 1e-9; pace /= 2) {
    for (let moved = true; moved; ) {
      moved = false;
      for (const [dl, ds] of [
        [pace, 0],
        [-pace, 0],
        [0, 4 * pace],
        [0, -4 * pace],
      ] as const) {
        if (height(level + dl, slope + ds) <= height(level, slope)) continue;
        [level, slope, moved] = [level + dl, slope + ds, true];
      }
    }
  }
  const weights = runs.map(({ x }) => ({
    x: x - centre,
    w: logistic(level + slope * (x - centre)) * (1 - logistic(level + slope * (x - centre))),
  }));
  const [h00, h01, h11] = [
    1 / 1.5 ** 2 + sum(weights.map(({ w }) => w)),
    sum(weights.map(({ x, w }) => w * x)),
    1 / 16 + sum(weights.map(({ x, w }) => w * x * x)),
  ];
  const x = score - centre;
  const spread = 1.959963984540054 * Math.sqrt((h11 - 2 * x * h01 + x * x * h00) / (h00 * h11 - h01 * h01));
  const odds = level + slope * x;
  return { value: logistic(odds), lower: logistic(odds - spread), upper: logistic(odds + spread) };
}

/** Every run scored by the events before it. */
export function scoredRuns(events: readonly OracleEvent[]): { factors: OracleFactors; success: boolean }[] {
  return events.flatMap((event, index) => {
    if (!('execution' in event) || !counted(event)) return [];
    const { patternId, name, task, status } = event.execution;
    const plugins = new Map(ranSteps(event.execution).map(({ plugin }) => [plugin, true]));
    return [{ factors: factorsOf(events.slice(0, index), { patternId, name, plugins, task }), success: status === 'success' }];
  });
}

/** The Brier score of the probabilities before each run, from fits made anew when runs have grown by 5 %, and that of the base rate. */
export function brierOf(runs: readonly { factors: OracleFactors; success: boolean }[], left: readonly string[] = NAMES) {
  const scored = runs.map(({ factors, success }) => ({ score: scoreOf(factors, left), success }));
  let [known, errors, baseErrors] = [0, 0, 0];
  for (const [index, { score, success }] of scored.entries()) {
    if (index >= known * 1.05) known = index;
    const outcome = success ? 1 : 0;
    errors += (worthOf(scored.slice(0, known), score).value - outcome) ** 2;
    const before = scored.slice(0, index).filter(run => run.success).length;
    baseErrors += ((before + 0.5) / (index + 1) - outcome) ** 2;
  }
  return { n: runs.length, score: errors / runs.length, baseline: baseErrors / runs.length };
}
