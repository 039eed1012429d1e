import { type ReactNode, useState } from 'react';
import { patternPath, pluginPath } from '../app/place.ts';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import type { Column } from '../figures/figures.ts';
import { FiguresTable } from '../figures/figures-table.tsx';
import { count, counted, duration, instant, interval, listed, percent } from '../figures/format.ts';
import { Rate } from '../figures/rate.tsx';
import {
  BestPatternsDocument,
  type DurationPartsFragment,
  MostUsedPluginsDocument,
  type PatternRowFragment,
  PhaseDurationsDocument,
  type PhaseDurationsQuery,
  type PluginRowFragment,
} from '../generated/graphql.ts';
import { useShown } from '../view/use-view.ts';

/** The API's own limit. */
const ALL = 1000;

/** The best patterns by what their runs prove: a lucky few of few come after many of many. */
export function BestPatterns() {
  const { filter, timeZone } = useShown();
  const [limit, setLimit] = useState(10);
  const question = useQuestion(BestPatternsDocument, { filter, limit });
  return (
    <Part name="Best patterns" question={question}>
      {({ topPatterns, byRate }) => {
        const patterns = topPatterns?.patterns ?? [];
        return (
          <Ranking
            title={`Top ${limit === ALL ? count(patterns.length) : 10} patterns`}
            onAll={patterns.length === limit ? () => setLimit(ALL) : undefined}
          >
            <p className="sentence">Ranked by the lower end of the interval: what their runs prove. {luckyText(byRate?.patterns ?? [])}</p>
            <FiguresTable caption="Top patterns" figures={{ rows: patterns, columns: patternColumns(timeZone) }} />
          </Ranking>
        );
      }}
    </Part>
  );
}

/** A rate of few runs proves nothing yet. */
const FEW = 10;
const NAMED = 3;

/** Patterns that have never failed, and have not run often enough to stand among the best. */
function luckyText(byRate: readonly Pick<PatternRowFragment, 'name' | 'successRate'>[]): string {
  const lucky = byRate
    .filter(({ successRate: { value, total } }) => value === 1 && total < FEW)
    .sort((a, b) => b.successRate.total - a.successRate.total);
  if (lucky.length === 0) return '';
  const told = lucky
    .slice(0, NAMED)
    .map(({ name, successRate }) => `${name} (${successRate.successes} of ${successRate.total}: ${interval(successRate)})`);
  const rest = lucky.length > NAMED ? [counted(lucky.length - NAMED, 'other')] : [];
  return `Never failed, but too seldom run to prove it: ${listed([...told, ...rest])}.`;
}

export function patternColumns(timeZone: string): Column<PatternRowFragment>[] {
  return [
    { name: 'Pattern', value: row => row.name, link: row => patternPath(row.patternId) },
    { name: 'Status', value: row => row.status.toLowerCase() },
    { name: 'Success rate', value: row => row.successRate.value, shown: row => <Rate rate={row.successRate} /> },
    ...durationColumns<PatternRowFragment>(),
    { name: 'Last used', value: row => row.lastUsed, shown: row => instant(row.lastUsed, timeZone) },
  ];
}

function durationColumns<Row extends { durations: DurationPartsFragment }>(): Column<Row>[] {
  return [
    { name: 'Median', value: row => row.durations.medianSeconds, shown: row => duration(row.durations.medianSeconds), numeric: true },
    { name: 'Mean', value: row => row.durations.meanSeconds, shown: row => duration(row.durations.meanSeconds), numeric: true },
    { name: 'p95', value: row => row.durations.p95Seconds, shown: row => duration(row.durations.p95Seconds), numeric: true },
    { name: 'n', value: row => row.durations.n, shown: row => count(row.durations.n), numeric: true },
  ];
}

export function MostUsedPlugins() {
  const { filter, timeZone } = useShown();
  const [limit, setLimit] = useState(20);
  const question = useQuestion(MostUsedPluginsDocument, { filter, limit });
  return (
    <Part name="Most used plugins" question={question}>
      {({ mostUsedPlugins }) => {
        const plugins = mostUsedPlugins?.plugins ?? [];
        return (
          <Ranking
            title={`Top ${limit === ALL ? count(plugins.length) : 20} plugins`}
            onAll={plugins.length === limit && limit < ALL ? () => setLimit(ALL) : undefined}
          >
            <p className="sentence">
              {plugins[0] ? `Most used: ${plugins[0].name}, ${count(plugins[0].uses)} times.` : 'No plugin ran in this window.'}
            </p>
            <FiguresTable caption="Most used plugins" figures={{ rows: plugins, columns: pluginColumns(timeZone) }} />
          </Ranking>
        );
      }}
    </Part>
  );
}

export function pluginColumns(timeZone: string): Column<PluginRowFragment>[] {
  return [
    { name: 'Plugin', value: row => row.name, link: row => pluginPath(row.name) },
    { name: 'Uses', value: row => row.uses, shown: row => count(row.uses), numeric: true },
    { name: 'Reliability', value: row => row.reliability.value, shown: row => <Rate rate={row.reliability} /> },
    ...durationColumns<PluginRowFragment>(),
    { name: 'Last used', value: row => row.lastUsed, shown: row => instant(row.lastUsed, timeZone) },
  ];
}

type Phase = NonNullable<PhaseDurationsQuery['phaseDurations']>['phases'][number];

export function Phases() {
  const { filter } = useShown();
  const question = useQuestion(PhaseDurationsDocument, { filter });
  return (
    <Part name="Phase durations" question={question}>
      {({ phaseDurations }) => <PhaseTable phases={phaseDurations?.phases ?? []} />}
    </Part>
  );
}

export function PhaseTable({ phases }: { phases: readonly Phase[] }) {
  const slowest = phases.toSorted((a, b) => (b.durations.meanSeconds ?? 0) - (a.durations.meanSeconds ?? 0))[0];
  return (
    <Ranking title="Phase durations">
      <p className="sentence">
        {slowest
          ? `Steps take longest in ${slowest.phase}: ${duration(slowest.durations.meanSeconds)} in the mean.`
          : 'No step ran in this window.'}
      </p>
      <FiguresTable
        caption="Phase durations"
        figures={{
          rows: phases,
          columns: [
            { name: 'Phase', value: row => row.phase },
            { name: 'Success', value: row => row.success.value, shown: row => percent(row.success.value), numeric: true },
            ...durationColumns<Phase>(),
          ],
        }}
      />
    </Ranking>
  );
}

function Ranking({ title, onAll, children }: { title: string; onAll?: (() => void) | undefined; children: ReactNode }) {
  return (
    <section className="card">
      <div className="picture-head">
        <h2>{title}</h2>
        {onAll && (
          <button type="button" onClick={onAll}>
            All
          </button>
        )}
      </div>
      {children}
    </section>
  );
}
