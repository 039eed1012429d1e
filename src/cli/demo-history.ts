/**
 * A believable history of a young orchestrator, made from a seed: 40 patterns, 60 plugins and some 1,500 runs in 120 days, with
 * stories in it that the questions bring to light. In flow an instant and a seed; out flow what to record and what other programs
 * append, in the order of time. The same for the same seed, and nothing in it reads a clock.
 */
import { CAST, type DemoPattern, type DemoPlugin, PATTERNS, PLUGINS } from './demo-catalog.ts';
import { createRandom, type Random } from './demo-random.ts';

export type DemoStep = Readonly<{
  step: number;
  phase: string;
  plugin: string;
  durationMs: number;
  status: 'SUCCESS' | 'FAILED' | 'SKIPPED';
  startedAt?: string;
  attempt?: number;
  pluginVersion?: string;
  errorMessage?: string;
}>;

/** A `RecordExecutionInput` as JSON. */
export type DemoExecution = Readonly<{
  executionId: string;
  patternId: string;
  patternName: string;
  taskDescription: string;
  status: 'SUCCESS' | 'FAILED' | 'PARTIAL' | 'CANCELLED';
  startedAt: string;
  completedAt: string;
  filesCreated: number;
  errorMessage?: string;
  attributes: readonly { key: string; value: string }[];
  steps: readonly DemoStep[];
}>;

/** What happens, in the order of time: a run is recorded, or a shell script appends bytes to a shared log. */
export type DemoEvent =
  | Readonly<{ kind: 'record'; execution: DemoExecution }>
  | Readonly<{ kind: 'append'; log: 'durations' | 'success_rates'; text: string }>;

/** The stories, with what each is about, for whoever tells or checks them. */
export type DemoStories = Readonly<{
  /** Its version 2.0 fails more often than not. `since`: its first instant, milliseconds since 1970. */
  broken: { plugin: string; since: number };
  /** They succeed together more often than alone. */
  together: readonly [string, string];
  /** They fail together more often than alone. */
  apart: readonly [string, string];
  /** It ran five times and always succeeded. */
  lucky: { patternId: string };
  /** A plugin that fails one time in three, and succeeds when it is tried again. */
  flaky: { plugin: string };
  /** It took 40 times as long as its pattern's others. */
  outlier: { executionId: string; patternId: string };
  /** A pattern that ran once an hour of the weekend on which the clocks of a zone were moved last; milliseconds since 1970. */
  clockChange: { patternId: string; timeZone: string; from: number; to: number };
  /** Lines that a script appended and that are no rows. */
  torn: readonly { log: 'durations' | 'success_rates'; text: string }[];
}>;

export type DemoHistory = Readonly<{ events: readonly DemoEvent[]; stories: DemoStories }>;

const DAY_MS = 86_400_000;
const DAYS = 120;
const RUNS = 1500;
const BROKEN_DAYS = 21;
const LUCKY = 'hotfix';
const OUTLIER = 'docs-page';
const HOURLY = 'monitoring';
const OUTLIER_FACTOR = 40;

/** `end`: milliseconds since 1970; the last run ends before it. */
export function demoHistory({ end, seed = 1 }: { end: number; seed?: number }): DemoHistory {
  const random = createRandom(seed);
  const teller = new Teller(random, end - BROKEN_DAYS * DAY_MS);
  const start = end - DAYS * DAY_MS;
  for (const at of workingTimes(random, { start, end, runs: RUNS })) teller.run(chosenPattern(random), at);
  for (let n = 0; n < 5; n++) teller.flawless(pattern(LUCKY), start + ((n + 1) * (DAYS * DAY_MS)) / 7);
  const outlier = teller.flawless(pattern(OUTLIER), end - 9 * DAY_MS, OUTLIER_FACTOR);
  const weekend = clockChangeBefore(end);
  for (let at = weekend.from; at < weekend.to; at += 3_600_000) teller.flawless(pattern(HOURLY), at + 60_000);
  const scripts = scriptAppends(random, start, end);
  const runs = teller.runs.map(execution => ({ at: Date.parse(execution.completedAt), event: { kind: 'record' as const, execution } }));
  const appends = scripts.appends.map(({ at, log, text }) => ({ at, event: { kind: 'append' as const, log, text } }));
  const events = [...runs, ...appends].sort((a, b) => a.at - b.at).map(({ event }) => event);
  return {
    events,
    stories: {
      broken: { plugin: CAST.broken, since: end - BROKEN_DAYS * DAY_MS },
      together: CAST.together,
      apart: CAST.apart,
      lucky: { patternId: pattern(LUCKY).patternId },
      flaky: { plugin: CAST.flaky },
      outlier: { executionId: outlier.executionId, patternId: outlier.patternId },
      clockChange: { patternId: pattern(HOURLY).patternId, timeZone: 'Europe/Berlin', ...weekend },
      torn: scripts.torn,
    },
  };
}

/** How it goes on after a history: each call tells the next run, which ends at an instant (milliseconds since 1970). */
export function demoFuture({ events, stories }: DemoHistory, seed: number): (completedAt: number) => DemoExecution {
  const random = createRandom(seed);
  const told = events.filter(({ kind }) => kind === 'record').length;
  const teller = new Teller(random, stories.broken.since, told);
  return completedAt => teller.run(chosenPattern(random), completedAt);
}

function pattern(name: string): DemoPattern {
  const found = PATTERNS.find(({ patternName }) => patternName === name);
  if (!found) throw new Error(`no pattern ${name}`);
  return found;
}

const CHOSEN_BY_CHANCE = PATTERNS.filter(({ patternName }) => patternName !== LUCKY && patternName !== HOURLY);
const WEIGHT = CHOSEN_BY_CHANCE.reduce((sum, { weight }) => sum + weight, 0);

function chosenPattern(random: Random): DemoPattern {
  let left = random.next() * WEIGHT;
  for (const candidate of CHOSEN_BY_CHANCE) {
    left -= candidate.weight;
    if (left < 0) return candidate;
  }
  return pattern(OUTLIER);
}

/** When runs end: more by day than by night, few at weekends, more as time goes on. */
function workingTimes(random: Random, { start, end, runs }: { start: number; end: number; runs: number }): number[] {
  const times: number[] = [];
  while (times.length < runs) {
    const at = start + Math.floor((end - start) * random.next() ** 0.8);
    const date = new Date(at);
    const weekend = date.getUTCDay() % 6 === 0;
    const awake = date.getUTCHours() >= 7 && date.getUTCHours() < 19;
    if (random.chance((weekend ? 0.25 : 1) * (awake ? 1 : 0.2))) times.push(at);
  }
  return times.sort((a, b) => a - b);
}

// ---------- Runs ----------

/** Tells runs one after the other; ids are numbered in the order of telling. */
class Teller {
  readonly runs: DemoExecution[] = [];
  readonly #random: Random;
  readonly #brokenSince: number;
  #told: number;

  /** `told`: how many runs others have told before. */
  constructor(random: Random, brokenSince: number, told = 0) {
    this.#random = random;
    this.#brokenSince = brokenSince;
    this.#told = told;
  }

  /** A run that ends at an instant (milliseconds since 1970), with its ups and downs. */
  run(pattern: DemoPattern, completedAt: number): DemoExecution {
    const versions = (plugin: string) => (plugin === CAST.broken ? (completedAt < this.#brokenSince ? '1.4.2' : '2.0.0') : '1.0.0');
    const used = pattern.plugins.filter(plugin => pluginNamed(plugin).phase !== 'review' || this.#random.chance(0.8));
    const steps: DemoStep[] = [];
    let failed: string | undefined;
    for (const [index, name] of used.entries()) {
      const plugin = pluginNamed(name);
      const base = { step: index + 1, phase: plugin.phase, plugin: name, pluginVersion: versions(name) };
      // The cast's other half runs all the same, so that a pair has met.
      if (failed !== undefined && !isCast(name)) {
        steps.push({ ...base, durationMs: 0, status: 'SKIPPED' });
        continue;
      }
      const success = this.#random.chance(reliabilityOf(plugin, { used, version: base.pluginVersion }));
      steps.push({ ...base, durationMs: this.#duration(plugin), ...(success ? { status: 'SUCCESS' } : failure(name)) });
      if (success) continue;
      if (name === CAST.flaky) steps.push({ ...base, attempt: 2, durationMs: this.#duration(plugin), status: 'SUCCESS' });
      else failed = name;
    }
    const ended = failed === undefined ? 'SUCCESS' : this.#random.chance(0.15) ? 'PARTIAL' : 'FAILED';
    const cancelled = failed === undefined && this.#random.chance(0.015);
    return this.#add(pattern, { completedAt, steps, status: cancelled ? 'CANCELLED' : ended, error: failed });
  }

  /** A run in which everything succeeds, `slower` times as slow as usual. */
  flawless(pattern: DemoPattern, completedAt: number, slower?: number): DemoExecution {
    const steps = pattern.plugins.map((name, index): DemoStep => {
      const plugin = pluginNamed(name);
      const durationMs = slower === undefined ? this.#duration(plugin) : Math.round(plugin.seconds * 1000 * slower);
      return { step: index + 1, phase: plugin.phase, plugin: name, pluginVersion: '1.0.0', durationMs, status: 'SUCCESS' };
    });
    return this.#add(pattern, { completedAt, steps, status: 'SUCCESS', error: undefined });
  }

  #add(
    { patternId, patternName, task }: DemoPattern,
    run: { completedAt: number; steps: readonly DemoStep[]; status: DemoExecution['status']; error: string | undefined },
  ): DemoExecution {
    const took = run.steps.reduce((sum, { durationMs }) => sum + durationMs, 0) + 1000;
    const startedAt = run.completedAt - took;
    let at = startedAt;
    const steps = run.steps.map(step => {
      if (step.status === 'SKIPPED') return step;
      const timed = { ...step, startedAt: iso(at) };
      at += step.durationMs;
      return timed;
    });
    const execution: DemoExecution = {
      executionId: `demo_${String(++this.#told).padStart(4, '0')}`,
      patternId,
      patternName,
      taskDescription: task,
      status: run.status,
      startedAt: iso(startedAt),
      completedAt: iso(run.completedAt),
      filesCreated: run.status === 'SUCCESS' ? 1 + Math.floor(6 * this.#random.next()) : 0,
      ...(run.error === undefined ? {} : { errorMessage: `${run.error} failed` }),
      attributes: [
        { key: 'model', value: this.#random.pick(['small', 'large', 'large']) },
        { key: 'project', value: this.#random.pick(['shop', 'shop', 'warehouse']) },
      ],
      steps,
    };
    this.runs.push(execution);
    return execution;
  }

  #duration({ seconds }: DemoPlugin): number {
    return Math.round(seconds * 1000 * this.#random.factor(0.25));
  }
}

const BY_NAME = new Map(PLUGINS.map(plugin => [plugin.name, plugin]));

function pluginNamed(name: string): DemoPlugin {
  const plugin = BY_NAME.get(name);
  if (!plugin) throw new Error(`no plugin ${name}`);
  return plugin;
}

const ACTORS: ReadonlySet<string> = new Set([CAST.broken, ...CAST.together, ...CAST.apart, CAST.flaky]);

function isCast(name: string): boolean {
  return ACTORS.has(name);
}

/** How likely a step succeeds: what the stories say of the cast, else the plugin's own reliability. */
function reliabilityOf({ name, reliability }: DemoPlugin, { used, version }: { used: readonly string[]; version: string }): number {
  const [one, other] = CAST.together;
  const [warmer, migrator] = CAST.apart;
  if (name === CAST.broken) return version === '2.0.0' ? 0.3 : 0.97;
  if (name === CAST.flaky) return 2 / 3;
  if (name === one || name === other) return used.includes(one) && used.includes(other) ? 0.99 : 0.7;
  if (name === warmer || name === migrator) return used.includes(warmer) && used.includes(migrator) ? 0.65 : 0.97;
  return reliability;
}

function failure(plugin: string): Pick<DemoStep, 'status' | 'errorMessage'> {
  return { status: 'FAILED', errorMessage: `${plugin} ended with exit code 1` };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

// ---------- Clocks ----------

/**
 * The local Sunday of Berlin on which its clocks were moved last before an instant: 23 or 25 hours, from midnight to midnight.
 * They are moved at 01:00 UTC on the last Sundays of March and October.
 */
function clockChangeBefore(end: number): { from: number; to: number } {
  const year = new Date(end).getUTCFullYear();
  const changes = [year - 1, year].flatMap(y => [
    { sunday: lastSunday(y, 2), from: -1, to: 22 },
    { sunday: lastSunday(y, 9), from: -2, to: 23 },
  ]);
  const days = changes.map(({ sunday, from, to }) => ({ from: sunday + from * 3_600_000, to: sunday + to * 3_600_000 }));
  return days.findLast(({ to }) => to < end) ?? { from: end, to: end };
}

/** Midnight UTC; `month` from 0. */
function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0));
  return last.getTime() - last.getUTCDay() * DAY_MS;
}

// ---------- Other programs ----------

type Append = { at: number; log: 'durations' | 'success_rates'; text: string };

/** A script writes down what people reviewed, once a week; a kill cuts one of its rows, and an old version of it writes fewer columns. */
function scriptAppends(random: Random, start: number, end: number): { appends: Append[]; torn: { log: Append['log']; text: string }[] } {
  const time = (at: number) => `${iso(at).slice(0, 19)}Z`;
  const appends: Append[] = [];
  for (let at = start + 3 * DAY_MS + 3_600_000; at < end; at += 7 * DAY_MS) {
    const seconds = 300 + Math.floor(1500 * random.next());
    appends.push({ at, log: 'durations', text: `${time(at)},wf_review_${appends.length + 1},review,1,human-review,${seconds},true\n` });
  }
  const cutAt = end - 40 * DAY_MS;
  const cut = `${time(cutAt)},wf_review_x,review,1,human-re`;
  const oldAt = end - 12 * DAY_MS;
  const old = `${time(oldAt)},pat_manual_fix,true`;
  // Started again, the script ends the line that was cut.
  appends.push({ at: cutAt, log: 'durations', text: cut }, { at: cutAt + 1000, log: 'durations', text: '\n' });
  appends.push({ at: oldAt, log: 'success_rates', text: `${old}\n` });
  return {
    appends,
    torn: [
      { log: 'durations', text: cut },
      { log: 'success_rates', text: old },
    ],
  };
}
