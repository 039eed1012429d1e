/** What changed and what comes next, as sentences that a person understands. */
import type { ChangeFigures, PromotionFigures, Report } from './report-answers.ts';
import { count, day, percent, seconds } from './report-figures.ts';

type Words = Readonly<{ title: string; lines: readonly string[]; empty: string }>;

export function changesWords({ changes, current }: Report): Words {
  return {
    title: 'What changed for good in this window, newest first',
    lines: changes.map(changeWords),
    empty: `Nothing that ${count(current.executions, 'execution')} and ${count(current.steps, 'step')} could show.`,
  };
}

function changeWords({ subject, kind, tier, at, before, after, confidence, causes }: ChangeFigures): string {
  const thing = kind.startsWith('PATTERN') ? 'Pattern' : 'Plugin';
  const what = kind.endsWith('DURATION')
    ? `takes ${seconds(after)} where it took ${seconds(before)}`
    : `succeeds ${percent(after)} of the time, before ${percent(before)}`;
  const sure = tier === 'CONFIRMED' ? 'confirmed' : `suspected, ${percent(confidence)} sure`;
  return `${thing} ${subject} ${what}, since ${day(at)} (${sure})${causeWords(causes)}.`;
}

function causeWords(causes: ChangeFigures['causes']): string {
  const [first] = causes;
  if (!first) return '';
  return `; ${first.plugin}${first.version === null ? '' : ` ${first.version}`} explains ${percent(first.share)} of it`;
}

export function promotionsWords({ promotionsDue }: Report): Words {
  return {
    title: 'What is due: patterns that a few more successes promote',
    lines: promotionsDue.map(promotionWords),
    empty: 'No pattern is near its next status.',
  };
}

const NEXT: Readonly<Record<string, string>> = { DISCOVERED: 'validated', DEPRECATED: 'validated', VALIDATED: 'learned' };

function promotionWords({ name, status, evidence, executionsToNext }: PromotionFigures): string {
  const next = NEXT[status] ?? 'promoted';
  const successes = executionsToNext === 1 ? 'One more success makes' : `${executionsToNext} more successes in a row make`;
  return `${successes} ${name} ${next}: it is ${status.toLowerCase()}, with ${evidence.successes} of ${count(evidence.total, 'run')} successful.`;
}
