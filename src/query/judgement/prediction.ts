import type { Judgement } from './known.ts';
import { contextFactor, type Factors, noTexts, patternFactor, pluginsFactor, similarityFactor } from './score.ts';

/** A run to come, as far as it is known. */
export type Prospect = Readonly<{
  patternId: string | undefined;
  /** Of the pattern. */
  name: string;
  plugins: readonly Readonly<{ plugin: string; required: boolean }>[];
  /** The words of the task, in order. */
  task: readonly string[];
}>;

/** `reliability` of a plugin, undefined for one that was never seen. */
export function factorsOf(state: Judgement, prospect: Prospect, reliability: (plugin: string) => number | undefined): Factors {
  const pattern = prospect.patternId === undefined ? undefined : state.patterns.get(prospect.patternId);
  const { successes = 0, executions = 0 } = pattern?.standing ?? {};
  const texts = pattern?.texts ?? noTexts();
  return {
    pattern: patternFactor(successes, executions),
    plugins: pluginsFactor(prospect.plugins.map(({ plugin, required }) => ({ reliability: reliability(plugin), required }))),
    context: contextFactor(prospect.task, prospect.name, texts),
    similarity: similarityFactor(prospect.task, prospect.patternId === undefined ? state.won : texts.won),
  };
}

/** By the rows of durations.log alone: what a replay knows of a plugin at a moment. */
export function reliabilityBySteps(state: Judgement): (plugin: string) => number | undefined {
  return plugin => {
    const known = state.plugins.get(plugin);
    return known && known.successes / known.uses;
  };
}

/** As `pluginStats` defines it: the plugin's last row of plugin_usage.log, or its rows of durations.log where these count more uses. */
export function reliabilityOf(state: Judgement): (plugin: string) => number | undefined {
  const bySteps = reliabilityBySteps(state);
  return plugin => {
    const totals = state.usage.get(plugin);
    if (!totals || (state.plugins.get(plugin)?.uses ?? 0) > totals.uses) return bySteps(plugin);
    const outcomes = totals.successes + totals.failures;
    return outcomes === 0 ? 0 : totals.successes / outcomes;
  };
}
