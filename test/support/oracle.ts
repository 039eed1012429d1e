/**
 * A naive oracle: what the questions must answer, computed by plain loops over the bytes of the logs. It is written from the
 * definitions (DESIGN.md and the schema's descriptions) and shares no code with the program: a line is split, judged and read
 * here a second time.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type OracleRate = { value: number | null; successes: number; total: number; lower: number | null; upper: number | null };

export type OracleDurations = {
  n: number;
  meanSeconds: number | null;
  medianSeconds: number | null;
  p95Seconds: number | null;
  minSeconds: number | null;
  maxSeconds: number | null;
};

/** Which bytes of the four logs count, from behind each header. */
export type Ends = Readonly<{ journal: number; durations: number; success_rates: number; plugin_usage: number }>;

/** As a client gives it. */
export type OracleFilter = Readonly<{
  window?: { from?: string; to?: string; last?: string };
  patternIds?: readonly string[];
  plugins?: readonly string[];
  phases?: readonly string[];
  success?: boolean;
}>;

export type StepRow = {
  start: number;
  timestamp: number;
  workflowId: string;
  phase: string;
  step: string;
  plugin: string;
  us: bigint;
  success: boolean;
};
export type RunRow = { timestamp: number; patternId: string; name: string; us: bigint; success: boolean };
type UsageRow = { plugin: string; uses: number; us: bigint; successes: number; failures: number; lastUsed: number };
type JournalRow = {
  executionId: string;
  workflowId: string;
  patternId: string;
  name: string;
  status: string;
  completedMs: number;
  timestamp: number;
  us: bigint;
  durationsBase: number;
};

const HEADERS = {
  durations: 'timestamp,workflow_id,phase,step,plugin,duration_seconds,success',
  success_rates: 'timestamp,pattern_id,pattern_name,success,duration_seconds,plugins_used,files_created,notes',
  plugin_usage: 'timestamp,plugin_name,execution_count,total_duration_seconds,success_count,failure_count,avg_duration_seconds,last_used',
  journal:
    'timestamp,kind,execution_id,workflow_id,pattern_id,pattern_name,task_description,status,started_at,completed_at,duration_ms,error_message,files_created,notes,steps,attributes,base,chain',
};
type Log = keyof typeof HEADERS;

// ---------- Reading ----------

type Line = { start: number; text: string };

/** The data of a log: what each archived year's seal says of its file, oldest first, then the live file behind its header. */
function dataOf(directory: string, log: Log): Buffer {
  const archive = join(directory, 'archive');
  const years = existsSync(archive) ? readdirSync(archive).sort() : [];
  const archived = years.map(year => {
    const { dataStart, length } = JSON.parse(readFileSync(join(archive, year, 'sealed'), 'utf8'))[log];
    return readFileSync(join(archive, year, `${log}.log`)).subarray(dataStart, dataStart + length);
  });
  const live = readFileSync(join(directory, `${log}.log`));
  return Buffer.concat([...archived, live.subarray(live.indexOf('\n') + 1)]);
}

/** The whole lines of a log that end at or before a position, repeated headers and empty lines aside. */
export function linesOf(directory: string, log: Log, end: number): Line[] {
  const bytes = dataOf(directory, log);
  const lines: Line[] = [];
  for (let at = 0; at < end; ) {
    const feed = bytes.indexOf('\n', at);
    const text = bytes.toString('utf8', at, feed).replace(/\r$/, '');
    if (text !== '' && text !== HEADERS[log]) lines.push({ start: at, text });
    at = feed + 1;
  }
  return lines;
}

/** The fields of a line; none where its quotes do not fit. */
export function fieldsOf(line: string): string[] {
  const fields: string[] = [];
  let rest = `${line},`;
  while (rest !== '') {
    const quoted = /^"((?:[^"]|"")*)",/.exec(rest);
    const plain = /^([^",]*),/.exec(rest);
    const found = quoted ?? plain;
    if (!found) return [];
    fields.push((found[1] ?? '').replaceAll('""', '"'));
    rest = rest.slice(found[0].length);
  }
  return fields;
}

/** Whole seconds since 1970, the fraction cut; undefined where it is no timestamp of the logs. */
function secondsOf(text = ''): number | undefined {
  const form = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.exec(text);
  const day = form?.[1] ?? '';
  const ms = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  if (!form || Number.isNaN(ms) || new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day) return undefined;
  return Math.floor(ms / 1000);
}

/** Whole microseconds, rounded half up, by hand; undefined where it is no number of seconds. */
function microsecondsOf(text = ''): bigint | undefined {
  const parts = /^(\d{1,15})(?:\.(\d{1,30}))?$/.exec(text);
  if (!parts) return undefined;
  const digits = (parts[2] ?? '').padEnd(7, '0');
  return BigInt(`${parts[1]}${digits.slice(0, 6)}`) + (Number(digits[6]) >= 5 ? 1n : 0n);
}

const isCount = (text = '') => /^\d{1,15}$/.test(text);
const isFlag = (text = '') => text === 'true' || text === 'false';
const MAX_US = 1_000_000_000_000_000n;

export function stepRow({ start, text }: Line): StepRow | undefined {
  const fields = fieldsOf(text);
  const [time, workflowId, phase, step, plugin, seconds, success] = fields;
  const timestamp = secondsOf(time);
  const us = microsecondsOf(seconds);
  if (fields.length !== 7 || timestamp === undefined || us === undefined || us > MAX_US || !isFlag(success)) return undefined;
  if (!workflowId || !phase || !step || !plugin) return undefined;
  return { start, timestamp, workflowId, phase, step: step ?? '', plugin, us, success: success === 'true' };
}

export function runRow({ text }: Line): RunRow | undefined {
  const fields = fieldsOf(text);
  const [time, patternId, name, success, seconds, plugins, files] = fields;
  const timestamp = secondsOf(time);
  const us = microsecondsOf(seconds);
  if (fields.length !== 8 || timestamp === undefined || us === undefined || us > MAX_US || !isFlag(success)) return undefined;
  if (!patternId || !name || !isCount(plugins) || !isCount(files)) return undefined;
  return { timestamp, patternId, name, us, success: success === 'true' };
}

function usageRow({ text }: Line): UsageRow | undefined {
  const fields = fieldsOf(text);
  const [time, plugin, uses, total, successes, failures, average, last] = fields;
  const lastUsed = secondsOf(last);
  const us = microsecondsOf(total);
  if (fields.length !== 8 || secondsOf(time) === undefined || lastUsed === undefined || us === undefined || !plugin) return undefined;
  if (!isCount(uses) || !isCount(successes) || !isCount(failures) || microsecondsOf(average) === undefined) return undefined;
  return { plugin, uses: Number(uses), us, successes: Number(successes), failures: Number(failures), lastUsed };
}

/** The chain is taken on trust: no test here damages journal.log. */
function journalRow({ text }: Line): JournalRow {
  const fields = fieldsOf(text);
  const [, , executionId = '', workflowId = '', patternId = '', name = '', , status = '', , completed = '', durationMs = ''] = fields;
  const completedMs = Date.parse(completed);
  const durationsBase = Number(fields[16]?.split(':')[0]);
  const timestamp = Math.floor(completedMs / 1000);
  return { executionId, workflowId, patternId, name, status, completedMs, timestamp, us: BigInt(durationMs) * 1000n, durationsBase };
}

// ---------- Figures ----------

/** z of 95 %: between -z and z lies 0.95 of the standard normal distribution. */
const Z = 1.959963984540054;

/** The Wilson bounds are the two p that solve (s/n - p)² = z²·p(1 - p)/n. */
function rate(successes: number, total: number): OracleRate {
  if (total === 0) return { value: null, successes, total, lower: null, upper: null };
  const [a, b, c] = [total + Z * Z, -(2 * successes + Z * Z), (successes * successes) / total];
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
  const lower = successes === 0 ? 0 : (-b - root) / (2 * a);
  const upper = successes === total ? 1 : (-b + root) / (2 * a);
  return { value: successes / total, successes, total, lower, upper };
}

const rateOf = (rows: readonly { success: boolean }[]) => rate(rows.filter(({ success }) => success).length, rows.length);

const sum = (rows: readonly { us: bigint }[]) => rows.reduce((total, { us }) => total + us, 0n);

type Timed = { us: bigint; success: boolean };

/** `only`: the filter's success, which narrows durations alone. */
const timedOf = (rows: readonly Timed[], only: boolean | undefined) =>
  rows.filter(({ success }) => only === undefined || success === only).sort((a, b) => (a.us < b.us ? -1 : a.us > b.us ? 1 : 0));

/** A percentile is the value at rank ceil(q·n). */
function durationsOf(rows: readonly Timed[], only: boolean | undefined): OracleDurations {
  const counted = timedOf(rows, only);
  const sorted = counted.map(({ us }) => us);
  const n = sorted.length;
  const at = (index: number) => (n === 0 ? null : Number(sorted[index]) / 1e6);
  const percentile = (percent: number) => at(Math.ceil((percent * n) / 100) - 1);
  const meanSeconds = n === 0 ? null : Number(sum(counted)) / (n * 1e6);
  return { n, meanSeconds, medianSeconds: percentile(50), p95Seconds: percentile(95), minSeconds: at(0), maxSeconds: at(n - 1) };
}

/**
 * Of n coins at most 2.5 % of all 2^n throws have fewer than l heads, l being the largest such number: by Pascal's triangle. The
 * interval goes from the l-th shortest duration to the l-th longest.
 */
function medianIntervalOf(rows: readonly Timed[], only: boolean | undefined) {
  const sorted = timedOf(rows, only).map(({ us }) => Number(us) / 1e6);
  const n = sorted.length;
  let throws = [1n];
  for (let coins = 1; coins <= n; coins++) throws = [...throws, 0n].map((count, heads) => count + (throws[heads - 1] ?? 0n));
  let l = 0;
  for (let fewer = throws[0] ?? 0n; 40n * fewer <= 2n ** BigInt(n); fewer += throws[l] ?? 0n) l++;
  return l === 0 ? null : { lowerSeconds: sorted[l - 1], upperSeconds: sorted[n - l] };
}

function groups<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) found.set(key(row), [...(found.get(key(row)) ?? []), row]);
  return new Map([...found].sort(([a], [b]) => byText(a, b)));
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const latest = (rows: readonly { timestamp: number }[]) => Math.max(...rows.map(({ timestamp }) => timestamp));

/** Compares the fractions a and b exactly. */
const byFraction = (a: readonly [number | bigint, number], b: readonly [number | bigint, number]) => {
  const [left, right] = [BigInt(a[0]) * BigInt(b[1]), BigInt(b[0]) * BigInt(a[1])];
  return left < right ? -1 : left > right ? 1 : 0;
};

type Edges = { from: number; to: number };

/** Open edges are infinite. `last` reads the clock only without `to`. */
function edgesOf(window: NonNullable<OracleFilter['window']>, now: number): Edges {
  const edge = (text: string) => Math.ceil(Date.parse(text) / 1000);
  const to = window.to === undefined ? Number.POSITIVE_INFINITY : edge(window.to);
  if (window.last === undefined) return { from: window.from === undefined ? Number.NEGATIVE_INFINITY : edge(window.from), to };
  const end = window.to === undefined ? Math.ceil(now / 1000) : to;
  const minutes = /^PT(\d+)M$/.exec(window.last)?.[1];
  return { from: end - Number(minutes) * 60, to: end };
}

// ---------- The questions ----------

export class Oracle {
  readonly #steps: StepRow[];
  readonly #runs: RunRow[];
  readonly #usage: UsageRow[];
  readonly #journal: JournalRow[];
  readonly #counts: Record<Log, { rows: number; lastTimestamp: number | undefined }>;
  readonly #rejected: { file: string; text: string }[] = [];
  readonly #now: number;

  /** Reads the logs of a directory up to a position. `now`: what the clock says, milliseconds. */
  constructor(directory: string, ends: Ends, now: number) {
    const read = <Row>(log: Log, parse: (line: Line) => Row | undefined): Row[] =>
      linesOf(directory, log, ends[log]).flatMap(line => {
        const row = parse(line);
        if (row === undefined) this.#rejected.push({ file: `${log}.log`, text: line.text });
        return row === undefined ? [] : [row];
      });
    this.#steps = read('durations', stepRow);
    this.#journal = read('journal', journalRow);
    const usage = read('plugin_usage', line => {
      const row = usageRow(line);
      return row && { ...row, timestamp: secondsOf(fieldsOf(line.text)[0]) ?? 0 };
    });
    this.#usage = usage;
    this.#runs = read('success_rates', runRow);
    const count = (rows: { timestamp: number }[]) => ({ rows: rows.length, lastTimestamp: rows.length === 0 ? undefined : latest(rows) });
    this.#counts = {
      journal: count(this.#journal),
      durations: count(this.#steps),
      success_rates: count(this.#runs),
      plugin_usage: count(usage),
    };
    this.#now = now;
  }

  logCounts() {
    return { ...this.#counts, rejected: this.#rejected.length };
  }

  rejectedTexts(): string[] {
    return [...this.#rejected].sort((a, b) => byText(a.file, b.file)).map(({ file, text }) => `${file}: ${text}`);
  }

  #inWindow(row: { timestamp: number }, filter: OracleFilter): boolean {
    if (!filter.window) return true;
    const { from, to } = edgesOf(filter.window, this.#now);
    return row.timestamp >= from && row.timestamp < to;
  }

  /** A durations row belongs to the journal row with its workflow_id if it stands at or after that row's base. */
  #belongs(step: StepRow, execution: JournalRow): boolean {
    return step.workflowId === execution.workflowId && step.start >= execution.durationsBase;
  }

  /** Rows of durations.log under a filter; patterns go through the journal, so rows without a journal row fall out then. */
  #stepsUnder(filter: OracleFilter): StepRow[] {
    return this.#steps.filter(
      step =>
        this.#inWindow(step, filter) &&
        (filter.plugins?.includes(step.plugin) ?? true) &&
        (filter.phases?.includes(step.phase) ?? true) &&
        (filter.patternIds === undefined ||
          this.#journal.some(execution => filter.patternIds?.includes(execution.patternId) && this.#belongs(step, execution))),
    );
  }

  /** Rows of journal.log under a filter, cancelled ones included. With plugins and phases, one finished step matches both. */
  #executionsUnder(filter: OracleFilter): JournalRow[] {
    return this.#journal.filter(
      execution =>
        this.#inWindow(execution, filter) &&
        (filter.patternIds?.includes(execution.patternId) ?? true) &&
        ((filter.plugins === undefined && filter.phases === undefined) ||
          this.#steps.some(
            step =>
              this.#belongs(step, execution) &&
              (filter.plugins?.includes(step.plugin) ?? true) &&
              (filter.phases?.includes(step.phase) ?? true),
          )),
    );
  }

  /** The rows of pattern questions: success_rates.log, or the journal (cancelled aside) where plugins or phases are given. */
  #runsUnder(filter: OracleFilter): (RunRow & { executionId?: string })[] {
    if (filter.plugins === undefined && filter.phases === undefined)
      return this.#runs.filter(run => this.#inWindow(run, filter) && (filter.patternIds?.includes(run.patternId) ?? true));
    return this.#executionsUnder(filter)
      .filter(({ status }) => status !== 'cancelled')
      .map(execution => ({ ...execution, success: execution.status === 'success' }));
  }

  #totals(filter: OracleFilter) {
    const runs = this.#runsUnder(filter);
    const steps = this.#stepsUnder(filter);
    return {
      executions: runs.length,
      successRate: rateOf(runs),
      durations: durationsOf(runs, filter.success),
      medianInterval: medianIntervalOf(runs, filter.success),
      patterns: groups(runs, ({ patternId }) => patternId).size,
      plugins: groups(steps, ({ plugin }) => plugin).size,
      steps: steps.length,
      cancelled: this.#executionsUnder(filter).filter(({ status }) => status === 'cancelled').length,
    };
  }

  overview(filter: OracleFilter) {
    const counted = [...this.#runsUnder(filter), ...this.#stepsUnder(filter)].map(({ timestamp }) => timestamp);
    const given = edgesOf(filter.window ?? {}, this.#now);
    const edge = (value: number, missing: number) => (Number.isFinite(value) ? value : counted.length === 0 ? undefined : missing);
    const from = edge(given.from, Math.min(...counted));
    const to = edge(given.to, Math.max(...counted) + 1);
    const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
    const previous =
      filter.window && from !== undefined && to !== undefined
        ? this.#totals({ ...filter, window: { from: iso(from - (to - from)), to: iso(from) } })
        : undefined;
    return { from, to, current: this.#totals(filter), previous };
  }

  patternStats(filter: OracleFilter) {
    return [...groups(this.#runsUnder(filter), ({ patternId }) => patternId)].map(([patternId, runs]) => {
      const ever = this.#runs.filter(run => run.patternId === patternId);
      return {
        patternId,
        name: ever.at(-1)?.name ?? patternId,
        successRate: rateOf(runs),
        durations: durationsOf(runs, filter.success),
        lastUsed: latest(runs),
        status: statusOf(rateOf(ever)),
        totalUs: sum(runs.filter(({ success }) => filter.success === undefined || success === filter.success)),
      };
    });
  }

  topPatterns(filter: OracleFilter, { limit, minExecutions, rankBy }: { limit: number; minExecutions: number; rankBy: string }) {
    type Stats = ReturnType<Oracle['patternStats']>[number];
    const byRate = (a: Stats, b: Stats) =>
      byFraction([b.successRate.successes, b.successRate.total], [a.successRate.successes, a.successRate.total]);
    const byMean = (a: Stats, b: Stats) => {
      const [none, other] = [a.durations.n === 0, b.durations.n === 0];
      return none || other ? Number(none) - Number(other) : byFraction([a.totalUs, a.durations.n], [b.totalUs, b.durations.n]);
    };
    const first = (a: Stats, b: Stats) =>
      rankBy === 'EXECUTIONS'
        ? b.successRate.total - a.successRate.total
        : rankBy === 'LOWER_BOUND'
          ? (b.successRate.lower ?? 0) - (a.successRate.lower ?? 0)
          : 0;
    return this.patternStats(filter)
      .filter(({ successRate }) => successRate.total >= minExecutions)
      .sort((a, b) => first(a, b) || byRate(a, b) || byMean(a, b) || byText(a.patternId, b.patternId))
      .slice(0, limit);
  }

  pluginStats(filter: OracleFilter) {
    const allTime = filter.window === undefined && filter.patternIds === undefined && filter.phases === undefined;
    const steps = groups(this.#stepsUnder(filter), ({ plugin }) => plugin);
    const totals = new Map<string, UsageRow>();
    for (const row of this.#usage) if (allTime && (filter.plugins?.includes(row.plugin) ?? true)) totals.set(row.plugin, row);
    const names = [...new Set([...steps.keys(), ...totals.keys()])].sort(byText);
    return names.map(name => {
      const rows = steps.get(name) ?? [];
      const total = totals.get(name);
      const counted = total !== undefined && total.uses >= rows.length ? total : undefined;
      const outcomes = counted ? counted.successes + counted.failures : 0;
      const known = outcomes === 0 ? { ...rate(0, 0), value: 0 } : rate(counted?.successes ?? 0, outcomes);
      return {
        name,
        uses: counted ? counted.uses : rows.length,
        reliability: counted ? known : rateOf(rows),
        durations: durationsOf(rows, filter.success),
        stepUs: sum(rows.filter(({ success }) => filter.success === undefined || success === filter.success)),
        totalDurationSeconds: Number(counted ? counted.us : sum(rows)) / 1e6,
        lastUsed: Math.max(...rows.map(({ timestamp }) => timestamp), ...(total ? [total.lastUsed] : [])),
      };
    });
  }

  mostUsedPlugins(filter: OracleFilter, limit: number) {
    return this.pluginStats(filter)
      .sort((a, b) => b.uses - a.uses || byText(a.name, b.name))
      .slice(0, limit);
  }

  problematicPlugins(filter: OracleFilter, { limit, maxReliability, minUses }: { limit: number; maxReliability: number; minUses: number }) {
    return this.pluginStats(filter)
      .filter(({ uses, reliability }) => uses >= minUses && (reliability.value ?? 0) <= maxReliability)
      .sort((a, b) => (a.reliability.value ?? 0) - (b.reliability.value ?? 0) || b.uses - a.uses || byText(a.name, b.name))
      .slice(0, limit);
  }

  slowPlugins(filter: OracleFilter, { limit, minUses }: { limit: number; minUses: number }) {
    return this.pluginStats(filter)
      .filter(({ durations }) => durations.n > 0 && durations.n >= minUses)
      .sort((a, b) => byFraction([b.stepUs, b.durations.n], [a.stepUs, a.durations.n]) || byText(a.name, b.name))
      .slice(0, limit);
  }

  /** The buckets that hold the window or, where it is open, the rows. */
  #columns(filter: OracleFilter, { bucket, timeZone }: OracleBucketing, rows: readonly { timestamp: number }[]) {
    const given = edgesOf(filter.window ?? {}, this.#now);
    const times = rows.map(({ timestamp }) => timestamp);
    const from = Number.isFinite(given.from) ? given.from : Math.min(...times);
    const to = Number.isFinite(given.to) ? given.to : Math.max(...times) + 1;
    if (!Number.isFinite(from) || !Number.isFinite(to)) return [];
    const starts = startsOf(bucket, timeZone);
    return starts
      .map((start, index) => ({ start, end: starts[index + 1] ?? 0 }))
      .filter(({ start, end }) => start < to && end > from && from < to)
      .map(({ start, end }) => ({ start, end, partial: start < given.from || end > given.to }));
  }

  /** How long the window is, or the time between the first run and the last. */
  #seconds(filter: OracleFilter, runs: readonly { timestamp: number }[]): number {
    const { from, to } = edgesOf(filter.window ?? {}, this.#now);
    const first = Math.min(...runs.map(({ timestamp }) => timestamp));
    return (Number.isFinite(to) ? to : latest(runs) + 1) - (Number.isFinite(from) ? from : first);
  }

  successTrend(filter: OracleFilter, { limit, ...bucketing }: { limit: number } & OracleBucketing) {
    const runs = this.#runsUnder(filter);
    const columns = this.#columns(filter, bucketing, runs);
    return [...groups(runs, ({ patternId }) => patternId)]
      .sort(([a, few], [b, more]) => more.length - few.length || byText(a, b))
      .slice(0, columns.length === 0 ? 0 : limit)
      .map(([patternId, own]) => ({
        patternId,
        name: this.#runs.findLast(run => run.patternId === patternId)?.name ?? patternId,
        direction: directionOf(own, this.#seconds(filter, runs)),
        points: columns.map(column => {
          const inside = own.filter(({ timestamp }) => timestamp >= column.start && timestamp < column.end);
          return { ...column, rate: rateOf(inside), durations: durationsOf(inside, filter.success) };
        }),
      }));
  }

  reliabilityHeatmap(filter: OracleFilter, { limit, ...bucketing }: { limit: number } & OracleBucketing) {
    const steps = this.#stepsUnder(filter);
    const columns = this.#columns(filter, bucketing, steps);
    const plugins = [...groups(steps, ({ plugin }) => plugin)];
    const rows = plugins
      .sort(([a, few], [b, more]) => more.length - few.length || byText(a, b))
      .slice(0, limit)
      .map(([plugin, own]) => {
        const rates = columns.map(({ start, end }) => rateOf(own.filter(({ timestamp }) => timestamp >= start && timestamp < end)));
        return {
          plugin,
          uses: rates.map(({ total }) => total),
          successes: rates.map(({ successes }) => successes),
          lower: rates.map(({ lower }) => lower),
          upper: rates.map(({ upper }) => upper),
        };
      });
    return { columns, rows, pluginCount: plugins.length };
  }

  /** Outliers in any order. */
  durationHistogram(filter: OracleFilter, bins: number) {
    const runs = this.#runsUnder(filter).filter(({ success }) => filter.success === undefined || success === filter.success);
    const outliers = [...groups(runs, ({ patternId }) => patternId)].flatMap(([, own]) =>
      outliersOf(own).map(({ run, score }) => ({
        patternId: run.patternId,
        timestamp: run.timestamp,
        durationSeconds: Number(run.us) / 1e6,
        score,
        executionId: run.executionId ?? this.#executionOf(run),
      })),
    );
    return {
      bins: binsOf(
        runs.map(({ us }) => Number(us)),
        bins,
      ),
      durations: durationsOf(runs, undefined),
      outliers,
    };
  }

  /** The n-th of the rows that say the same is the n-th of the executions that do, if they are as many. */
  #executionOf(run: RunRow): string | undefined {
    const same = (other: Omit<RunRow, 'timestamp'> & { timestamp: number }) =>
      other.timestamp === run.timestamp &&
      other.patternId === run.patternId &&
      other.name === run.name &&
      other.us === run.us &&
      other.success === run.success;
    const twins = this.#runs.filter(same);
    const ours = this.#journal.filter(({ status, ...row }) => status !== 'cancelled' && same({ ...row, success: status === 'success' }));
    return twins.length === ours.length ? ours[twins.indexOf(run)]?.executionId : undefined;
  }

  pluginPairs(filter: OracleFilter, { limit, minExecutions }: { limit: number; minExecutions: number }) {
    const executions = [...groups(this.#stepsUnder(filter), ({ workflowId }) => workflowId).values()].map(steps =>
      groups(steps, ({ plugin }) => plugin),
    );
    const having = (...plugins: string[]) => executions.filter(used => plugins.every(plugin => used.has(plugin)));
    const succeeded = (used: Map<string, StepRow[]>, ...plugins: string[]) =>
      plugins.every(plugin => used.get(plugin)?.every(({ success }) => success) ?? true);
    const names = [...new Set(executions.flatMap(used => [...used.keys()]))].sort(byText);
    const pairs = names.flatMap(a =>
      names
        .filter(b => a < b && having(a, b).length >= Math.max(1, minExecutions))
        .map(b => {
          const both = having(a, b);
          const one = executions.filter(used => used.has(a) !== used.has(b));
          const rateOfPair = (some: typeof executions) => rate(some.filter(used => succeeded(used, a, b)).length, some.length);
          return {
            a,
            b,
            executions: both.length,
            support: both.length / executions.length,
            lift: both.length / executions.length / ((having(a).length / executions.length) * (having(b).length / executions.length)),
            successTogether: rateOfPair(both),
            successApart: rateOfPair(one),
          };
        }),
    );
    const shown = pairs.sort((x, y) => y.executions - x.executions || byText(x.a, y.a) || byText(x.b, y.b)).slice(0, limit);
    const plugins = this.pluginStats(filter)
      .filter(({ name }) => shown.some(({ a, b }) => a === name || b === name))
      .map(({ name, reliability }) => ({ name, executions: having(name).length, reliability }));
    return { pairs: shown, plugins };
  }

  phaseDurations(filter: OracleFilter) {
    return [...groups(this.#stepsUnder(filter), ({ phase }) => phase)].map(([phase, steps]) => ({
      phase,
      durations: durationsOf(steps, filter.success),
      success: rateOf(steps),
    }));
  }

  /** Ids, newest first by completedAt, then the last recorded first. */
  recordedExecutions(filter: OracleFilter, statuses: readonly string[] | undefined): string[] {
    return this.#executionsUnder(filter)
      .map((execution, place) => ({ ...execution, place }))
      .filter(({ status }) => statuses?.includes(status) ?? true)
      .sort((a, b) => b.completedMs - a.completedMs || b.place - a.place)
      .map(({ executionId }) => executionId);
  }
}

/** The default promotion policy, over all rows of a pattern. */
function statusOf({ successes, total }: OracleRate): string {
  const atLeast = (percent: number) => successes * 100 >= percent * total;
  if (total >= 20 && atLeast(90)) return 'learned';
  if (total >= 5 && atLeast(80)) return 'validated';
  return total >= 5 && !atLeast(60) ? 'deprecated' : 'discovered';
}

// ---------- Time ----------

export type OracleBucketing = { bucket: string; timeZone: string };

const QUARTER_HOUR = 900;
const GRID = { from: Date.parse('2022-12-20T00:00:00Z') / 1000, to: Date.parse('2027-01-20T00:00:00Z') / 1000 };
const startsFound = new Map<string, number[]>();

/** Where buckets begin, found by looking at the clock on the wall every quarter of an hour of some years. */
function startsOf(bucket: string, timeZone: string): number[] {
  const known = startsFound.get(`${bucket} ${timeZone}`);
  if (known) return known;
  const digits = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const wall = new Intl.DateTimeFormat('sv-SE', { timeZone, ...digits });
  const starts: number[] = [];
  let [before, latestLabel] = ['', ''];
  for (let at = GRID.from; at < GRID.to; at += QUARTER_HOUR) {
    const shown = wall.format(at * 1000);
    if (bucket === 'HOUR') {
      if (shown.endsWith(':00') || shown.slice(0, 13) !== before.slice(0, 13)) starts.push(at);
    } else if (labelOf(bucket, shown.slice(0, 10)) > latestLabel) {
      latestLabel = labelOf(bucket, shown.slice(0, 10));
      starts.push(at);
    }
    before = shown;
  }
  startsFound.set(`${bucket} ${timeZone}`, starts);
  return starts;
}

/** What the dates of one bucket have in common; a later bucket has a later label. */
function labelOf(bucket: string, date: string): string {
  if (bucket === 'WEEK') {
    const day = new Date(`${date}T00:00:00Z`);
    while (day.getUTCDay() !== 1) day.setUTCDate(day.getUTCDate() - 1);
    return day.toISOString();
  }
  if (bucket === 'QUARTER') return `${date.slice(0, 4)} ${['01', '04', '07', '10'].filter(month => month <= date.slice(5, 7)).length}`;
  return date.slice(0, { YEAR: 4, MONTH: 7 }[bucket] ?? 10);
}

// ---------- Trends, bins and outliers ----------

/** The slope is where the likelihood is highest; both of its derivatives are brought to 0 by halving, one within the other. */
function directionOf(runs: readonly { timestamp: number; success: boolean }[], seconds: number): string {
  const [first, end] = [Math.min(...runs.map(({ timestamp }) => timestamp)), latest(runs) + 1];
  const points = runs.map(({ timestamp, success }) => {
    const day = (Math.floor(timestamp / 86_400) - Math.floor(first / 86_400)) / 1000;
    return { x: seconds > 28 * 86_400 ? day : Math.floor(((timestamp - first) * 1000) / (end - first)) / 1000, success };
  });
  const before = (earlier: boolean) =>
    points.some(one => one.success === earlier && points.some(other => other.success !== earlier && other.x > one.x));
  if (!before(true) || !before(false)) return 'STEADY';
  const chance = (a: number, b: number, x: number) => 1 / (1 + Math.exp(-(a + b * x)));
  const zeroOf = (falling: (value: number) => number) => {
    let [low, high] = [-1e5, 1e5];
    for (let n = 0; n < 50; n++) {
      const middle = (low + high) / 2;
      if (falling(middle) > 0) low = middle;
      else high = middle;
    }
    return low;
  };
  const total = (value: (point: (typeof points)[number]) => number) => points.reduce((all, point) => all + value(point), 0);
  const intercept = (b: number) => zeroOf(a => total(({ x, success }) => Number(success) - chance(a, b, x)));
  const slope = zeroOf(b => {
    const a = intercept(b);
    return total(({ x, success }) => (Number(success) - chance(a, b, x)) * x);
  });
  const likelihood = (a: number, b: number) => total(({ x, success }) => Math.log(success ? chance(a, b, x) : chance(-a, -b, x)));
  const gain = 2 * (likelihood(intercept(slope), slope) - likelihood(intercept(0), 0));
  return gain <= Z * Z ? 'STEADY' : slope > 0 ? 'IMPROVING' : 'DEGRADING';
}

function binsOf(all: readonly number[], bins: number) {
  if (all.length === 0) return [];
  const positive = all.filter(us => us > 0);
  const [shortest, longest] = [Math.min(...positive), Math.max(...all)];
  const edges = positive.length === 0 ? [0] : [shortest];
  for (let i = 1; i < bins && positive.length > 0; i++) {
    const edge = Math.round(Math.exp(Math.log(shortest) + (i / bins) * (Math.log(longest) - Math.log(shortest))));
    if (edge > (edges.at(-1) ?? 0) && edge < longest) edges.push(edge);
  }
  if (positive.length < all.length) edges[0] = 0;
  return edges.map((from, index) => {
    const to = edges[index + 1] ?? longest;
    const last = index === edges.length - 1;
    const count = all.filter(us => us >= from && (us < to || last)).length;
    return { fromSeconds: from / 1e6, toSeconds: to / 1e6, count };
  });
}

function outliersOf<Run extends { us: bigint }>(runs: readonly Run[]): { run: Run; score: number }[] {
  const timed = runs.filter(({ us }) => us > 0n).map(run => ({ run, x: Math.log(Number(run.us)) }));
  if (timed.length < 8) return [];
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? 0;
  const middle = median(timed.map(({ x }) => x));
  const spread = median(timed.map(({ x }) => Math.abs(x - middle)));
  if (spread === 0) return [];
  return timed.map(({ run, x }) => ({ run, score: Math.abs(x - middle) / (1.4826 * spread) })).filter(({ score }) => score > 3.5);
}
