/** What is known as of a position: the state that judgement learns into. */
import { type Chronicle, emptyChronicle, forkChronicle } from './chronicle.ts';
import { type Logs, NO_LOGS, NO_SPREAD, type Spread } from './log-normal.ts';
import { copyOfPlans, noPlans, type PlanHistory } from './plan.ts';
import { copyOf, noneYet, type Recent } from './recent.ts';
import { copyOfTexts, noTexts, type Texts } from './score.ts';
import { copyOfScores, noScores, type ScoreReplay } from './score-replay.ts';
import { copyOfSubject, newSubject, type Subject } from './series.ts';
import { NEW, type Standing } from './standing.ts';
import { copyOfSteps, noSteps, type StepDurations } from './step-durations.ts';
import type { Bag } from './words.ts';

/** Runs that ended within the p90 that was given before them, of those that were given one. */
export type Hits = Readonly<{ backtested: number; within: number }>;
export const NO_HITS: Hits = { backtested: 0, within: 0 };

/** An entry that the state with this number may change in place; others that share it make a copy first. */
type Owned = { owner: number };
export const NOBODY = 0;

/** What is known of a pattern. `name` is the latest; durations are microseconds; `plugins` are those of its last run. */
export type PatternJudgement = Owned & {
  name: string;
  standing: Standing;
  recent: Recent;
  logs: Logs;
  hits: Hits;
  texts: Texts;
  plugins: readonly string[];
  subject: Subject;
};

/** Steps of a plugin that ran, in durations.log. */
export type PluginJudgement = Owned & { uses: number; successes: number; subject: Subject };

/** The totals of a plugin's last row in plugin_usage.log. */
export type UsageTotals = Readonly<{ uses: number; successes: number; failures: number }>;

export type Judgement = {
  owner: number;
  readonly chronicle: Chronicle;
  readonly patterns: Map<string, PatternJudgement>;
  readonly plugins: Map<string, PluginJudgement>;
  readonly usage: Map<string, UsageTotals>;
  /** How much durations of one pattern spread, over all patterns. */
  spread: Spread;
  readonly steps: StepDurations;
  readonly plans: PlanHistory;
  planHits: Hits;
  readonly scores: ScoreReplay;
  /** The last successful tasks of all patterns. */
  readonly won: Bag[];
};

let owners = 0;

export function nothing(): Judgement {
  return {
    owner: ++owners,
    chronicle: emptyChronicle(),
    patterns: new Map(),
    plugins: new Map(),
    usage: new Map(),
    spread: NO_SPREAD,
    steps: noSteps(),
    plans: noPlans(),
    planHits: NO_HITS,
    scores: noScores(),
    won: [],
  };
}

/**
 * A copy. Both get a new owner: the patterns and plugins that they share belong to neither, so that a state of thousands is copied in the
 * time of copying a map, and only what changes afterwards is copied in depth.
 */
export function fork(state: Judgement): Judgement {
  state.owner = ++owners;
  return {
    ...state,
    owner: ++owners,
    chronicle: forkChronicle(state.chronicle),
    patterns: new Map(state.patterns),
    plugins: new Map(state.plugins),
    usage: new Map(state.usage),
    steps: copyOfSteps(state.steps),
    plans: copyOfPlans(state.plans),
    scores: copyOfScores(state.scores),
    won: [...state.won],
  };
}

/** A pattern's entry, to be changed. */
export function patternOf(state: Judgement, patternId: string): PatternJudgement {
  const known = state.patterns.get(patternId);
  if (known?.owner === state.owner) return known;
  const own = known ? copyOfPattern(known) : newPattern(patternId);
  own.owner = state.owner;
  state.patterns.set(patternId, own);
  return own;
}

function newPattern(patternId: string): PatternJudgement {
  return {
    owner: NOBODY,
    name: patternId,
    standing: NEW,
    recent: noneYet(),
    logs: NO_LOGS,
    hits: NO_HITS,
    texts: noTexts(),
    plugins: [],
    subject: newSubject(),
  };
}

/** Field by field, in one order everywhere: objects of one shape are read several times as fast. */
function copyOfPattern({ owner, name, standing, recent, logs, hits, texts, plugins, subject }: PatternJudgement): PatternJudgement {
  return {
    owner,
    name,
    standing,
    recent: copyOf(recent),
    logs,
    hits,
    texts: copyOfTexts(texts),
    plugins,
    subject: copyOfSubject(subject),
  };
}

/** A plugin's entry, to be changed. */
export function pluginOf(state: Judgement, plugin: string): PluginJudgement {
  const known = state.plugins.get(plugin);
  if (known?.owner === state.owner) return known;
  const own: PluginJudgement = known
    ? { owner: NOBODY, uses: known.uses, successes: known.successes, subject: copyOfSubject(known.subject) }
    : { owner: NOBODY, uses: 0, successes: 0, subject: newSubject() };
  own.owner = state.owner;
  state.plugins.set(plugin, own);
  return own;
}
