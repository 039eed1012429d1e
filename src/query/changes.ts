import {
  causesByPlugin,
  causesByVersion,
  countedOf,
  type Cause as Explanation,
  type Judgement,
  type Levels,
  levelsOf,
  type Series,
  type Shift,
  type Subject,
  type Sums,
  suspected,
} from './judgement/judgement.ts';
import { compareText, type Rate, rate } from './rate.ts';
import type { Window } from './window.ts';

export type ChangeKind = 'PATTERN_SUCCESS' | 'PLUGIN_RELIABILITY' | 'PATTERN_DURATION' | 'PLUGIN_DURATION';

/** `at` in seconds since 1970; `before` and `after` are rates, or geometric means of durations in seconds. */
export type Change = Readonly<{
  subject: string;
  kind: ChangeKind;
  tier: 'CONFIRMED' | 'SUSPECTED';
  at: number;
  before: number;
  after: number;
  confidence: number;
  causes: readonly Cause[];
}>;

/** Rates are of the plugin's steps. */
export type Cause = Readonly<{ plugin: string; version: string | null; before: Rate; after: Rate; share: number }>;

export type ChangesQuestion = Readonly<{
  patternIds: readonly string[] | undefined;
  plugins: readonly string[] | undefined;
  window: Window | undefined;
  minConfidence: number;
}>;

/** Where rates and durations changed for good, newest first. Patterns or plugins alone where only these are named. */
export function changes(judgement: Judgement, question: ChangesQuestion): Change[] {
  const { patternIds, plugins, window = { from: undefined, to: undefined }, minConfidence } = question;
  const some = patternIds !== undefined || plugins !== undefined;
  const found = [
    ...picked(judgement.plugins, some ? (plugins ?? []) : undefined).flatMap(([name, { subject }]) =>
      ofPlugin(name, subject, minConfidence),
    ),
    ...picked(judgement.patterns, some ? (patternIds ?? []) : undefined).flatMap(([id, { subject }]) =>
      ofPattern(id, subject, minConfidence),
    ),
  ];
  return found
    .filter(({ at, confidence }) => confidence >= minConfidence && at >= (window.from ?? at) && at < (window.to ?? at + 1))
    .sort((a, b) => b.at - a.at || compareText(a.kind, b.kind) || compareText(a.subject, b.subject));
}

function picked<Value>(known: ReadonlyMap<string, Value>, names: readonly string[] | undefined): [string, Value][] {
  if (names === undefined) return [...known];
  return [...new Set(names)].flatMap(name => {
    const value = known.get(name);
    return value === undefined ? [] : [[name, value] as [string, Value]];
  });
}

function ofPattern(subject: string, rows: Subject, minConfidence: number): Change[] {
  return [
    ...tiers(rows, rows.outcome, minConfidence).map(found =>
      toChange({ subject, kind: 'PATTERN_SUCCESS', ...found, levelOf: rateOf, causes: causesByPlugin('success', found.levels) }),
    ),
    ...tiers(rows, rows.duration, minConfidence).map(found =>
      toChange({ subject, kind: 'PATTERN_DURATION', ...found, levelOf: secondsOf, causes: causesByPlugin('duration', found.levels) }),
    ),
  ];
}

function ofPlugin(subject: string, rows: Subject, minConfidence: number): Change[] {
  return [
    ...tiers(rows, rows.outcome, minConfidence).map(found =>
      toChange({
        subject,
        kind: 'PLUGIN_RELIABILITY',
        ...found,
        levelOf: rateOf,
        causes: causesByVersion('success', subject, found.levels),
      }),
    ),
    ...tiers(rows, rows.duration, minConfidence).map(found =>
      toChange({
        subject,
        kind: 'PLUGIN_DURATION',
        ...found,
        levelOf: secondsOf,
        causes: causesByVersion('duration', subject, found.levels),
      }),
    ),
  ];
}

type Found = Readonly<{ tier: Change['tier']; shift: Shift; levels: Levels }>;

/** The confirmed changes of a series, each up to the next one, and the one that is suspected since. */
function tiers(subject: Subject, series: Series, minConfidence: number): Found[] {
  const suspect = suspected(subject, series, minConfidence);
  const all = [
    ...series.found.map(shift => ({ tier: 'CONFIRMED' as const, shift })),
    ...(suspect ? [{ tier: 'SUSPECTED' as const, shift: suspect }] : []),
  ];
  if (all.length === 0) return [];
  const now = countedOf(subject);
  return all.map(({ tier, shift }, index) => ({ tier, shift, levels: levelsOf(shift, all[index + 1]?.shift.before ?? now) }));
}

const rateOf = ({ successes, n }: Sums) => successes / n;
const secondsOf = ({ logs, n }: Sums) => Math.exp(logs / n) / 1e6;

type Told = Found & Readonly<{ subject: string; kind: ChangeKind; levelOf: (sums: Sums) => number; causes: readonly Explanation[] }>;

function toChange({ subject, kind, tier, shift, levels, levelOf, causes }: Told): Change {
  return {
    subject,
    kind,
    tier,
    at: shift.at,
    before: levelOf(levels.before),
    after: levelOf(levels.after),
    confidence: shift.confidence,
    causes: causes.map(({ plugin, version, before, after, share }) => ({
      plugin,
      version: version ?? null,
      before: rate(before.successes, before.total),
      after: rate(after.successes, after.total),
      share,
    })),
  };
}
