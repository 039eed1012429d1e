import type { ReactNode } from 'react';
import { PageLink } from '../app/page-link.tsx';
import { patternPath, pluginPath } from '../app/place.ts';
import { useQuestion } from '../data/use-question.ts';
import { differenceOf } from '../figures/difference.ts';
import { count, counted, duration, percent } from '../figures/format.ts';
import { type AdviceQuery, type HealthQuery, RunsWithPluginDocument } from '../generated/graphql.ts';
import { useShown } from '../view/use-view.ts';
import { RunDots } from './run-dots.tsx';

type Promotion = NonNullable<AdviceQuery['promotions']>['patterns'][number];
type Problem = NonNullable<AdviceQuery['problematicPlugins']>['plugins'][number];

const RUNS = 20;
/** Of each kind: what does not fit is in the tables below. */
const ITEMS = 3;
/** Within as many successes a promotion is near. */
const NEAR = 3;

/** What a status can turn into next. */
const BETTER: Record<Promotion['status'], string> = {
  DEPRECATED: 'no longer deprecated',
  DISCOVERED: 'validated',
  VALIDATED: 'learned',
  LEARNED: 'nothing better',
};

/** What next? What is due, and what wants an eye. */
export function NextSteps({ answer, runs }: { answer: AdviceQuery; runs: HealthQuery['recordedExecutions'] }) {
  const { promotions, problematicPlugins, slowPlugins } = answer;
  return (
    <section className="card next" aria-labelledby="next">
      <h2 id="next">What next?</h2>
      <div className="next-items">
        <Items title="Promotions due" none="none within reach">
          {nearest(promotions?.patterns ?? []).map(one => (
            <li key={one.patternId}>
              <PageLink to={patternPath(one.patternId)}>{one.name}</PageLink> {counted(one.executionsToNext ?? 0, 'success', 'successes')}{' '}
              to {BETTER[one.status]}
            </li>
          ))}
        </Items>
        <Items title="Problem plugins" none="none at 80% or less">
          {(problematicPlugins?.plugins ?? []).map(plugin => (
            <ProblemPlugin key={plugin.name} plugin={plugin} />
          ))}
        </Items>
        <Items title="Slow plugins" none="none used 5 times">
          {(slowPlugins?.plugins ?? []).map(({ name, durations }) => (
            <li key={name}>
              <PageLink to={pluginPath(name)}>{name}</PageLink> mean {duration(durations.meanSeconds)}, n {count(durations.n)}
            </li>
          ))}
        </Items>
        {runs && (
          <div className="items">
            <h3>Last {counted(Math.min(RUNS, runs.edges.length), 'run')}</h3>
            <RunDots runs={runs.edges.slice(0, RUNS).map(({ node }) => node)} />
          </div>
        )}
      </div>
    </section>
  );
}

function nearest(patterns: readonly Promotion[]): Promotion[] {
  return patterns
    .filter(({ executionsToNext }) => executionsToNext !== null && executionsToNext <= NEAR)
    .sort((a, b) => (a.executionsToNext ?? 0) - (b.executionsToNext ?? 0) || b.evidence.total - a.evidence.total)
    .slice(0, ITEMS);
}

/** Steps may fail while the runs around them succeed: then something cures them, a retry for one. */
function ProblemPlugin({ plugin: { name, reliability } }: { plugin: Problem }) {
  const { names, filter } = useShown();
  const question = useQuestion(RunsWithPluginDocument, { filter: { ...names, ...filter, plugins: [name] } });
  const runs = question.answer?.data.overview?.current.successRate;
  const difference = runs && differenceOf(runs, reliability);
  const cured = difference !== undefined && difference.lower > 0;
  return (
    <li>
      <PageLink to={pluginPath(name)}>{name}</PageLink> {percent(reliability.value)} of {counted(reliability.total, 'step')}
      {cured && `; ${percent(runs?.value)} of its runs succeed all the same`}
    </li>
  );
}

function Items({ title, none, children }: { title: string; none: string; children: readonly ReactNode[] }) {
  return (
    <div className="items">
      <h3>{title}</h3>
      {children.length === 0 ? <p className="muted">{none}</p> : <ul>{children}</ul>}
    </div>
  );
}
