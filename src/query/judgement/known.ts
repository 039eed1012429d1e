/** What is known as of a position: the state that judgement learns into. */
import { type Chronicle, emptyChronicle, forkChronicle } from './chronicle.ts';
import { type Logs, NO_LOGS, NO_SPREAD, type Spread } from './log-normal.ts';
import { type Owned, owned } from './owned.ts';
import { copyOfPlans, copyOfSteps, noPlans, noSteps, type PlanHistory, type StepDurations } from './plan.ts';
import { copyOf, noneYet, type Recent } from './recent.ts';
import { copyOfTexts, noTexts, type Texts } from './score.ts';
import { copyOfScores, noScores, type ScoreReplay } from './score-replay.ts';
import { copyOfSubject, newSubject, type Subject } from './series.ts';
import { NEW, type Standing } from './standing.ts';
import type { Bag } from './words.ts';

/** Runs that ended within the p90 that was given before them, of those that were given one. */
export type Hits = Readonly<{ backtested: number; within: number }>;
export const NO_HITS: Hits = { backtested: 0, within: 0 };

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

/** A copy. Both get a new owner: the patterns and plugins that they share belong to neither. */
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

/** A state of an earlier process: its entries belong to owners that must not come again. */
export function restored(state: Judgement): void {
  owners = Math.max(owners, state.owner);
}

/** A pattern's entry, to be changed. */
export function patternOf(state: Judgement, patternId: string): PatternJudgement {
  return owned(state.patterns, patternId, {
    owner: state.owner,
    empty: () => ({
      owner: 0,
      name: patternId,
      standing: NEW,
      recent: noneYet(),
      logs: NO_LOGS,
      hits: NO_HITS,
      texts: noTexts(),
      plugins: [],
      subject: newSubject(),
    }),
    copy: known => ({
      ...known,
      recent: copyOf(known.recent),
      texts: copyOfTexts(known.texts),
      subject: copyOfSubject(known.subject),
    }),
  });
}

/** A plugin's entry, to be changed. */
export function pluginOf(state: Judgement, plugin: string): PluginJudgement {
  return owned(state.plugins, plugin, {
    owner: state.owner,
    empty: () => ({ owner: 0, uses: 0, successes: 0, subject: newSubject() }),
    copy: known => ({ ...known, subject: copyOfSubject(known.subject) }),
  });
}
