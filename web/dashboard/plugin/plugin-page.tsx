import { Changes } from '../changes/changes.tsx';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import { differenceOf } from '../figures/difference.ts';
import { FiguresTable } from '../figures/figures-table.tsx';
import { counted, duration, instant, percent } from '../figures/format.ts';
import { Rate } from '../figures/rate.tsx';
import { PluginInGraphDocument, PluginPageDocument, type PluginPageQuery } from '../generated/graphql.ts';
import { PhaseTable, patternColumns } from '../overview/rankings.tsx';
import { graphTrouble, RunTable } from '../pattern/last-executions.tsx';
import { Narrowed } from '../view/narrowed.tsx';
import { useShown } from '../view/use-view.ts';
import { Partners } from './partners.tsx';
import { PluginTrend } from './plugin-trend.tsx';

/** All about one plugin: how reliable and how fast it is, where it is used, and with whom it works. */
export function PluginPage({ name }: { name: string }) {
  const { filter } = useShown();
  return (
    <Narrowed plugin={name}>
      <Content name={name} partners={filter} />
    </Narrowed>
  );
}

/** `partners`: the rows among which partners are looked for, of all plugins. */
function Content({ name, partners }: { name: string; partners: ReturnType<typeof useShown>['filter'] }) {
  const { filter, timeZone } = useShown();
  const { plugins: _, ...others } = partners;
  const question = useQuestion(PluginPageDocument, { name, filter, partners: others });
  return (
    <Part name={name} question={question}>
      {answer => {
        if (!answer.all?.plugins[0] && answer.last?.totalCount === 0) return <Unknown name={name} />;
        return (
          <>
            <Title name={name} answer={answer} />
            <Tiles answer={answer} />
            {answer.changes && <Changes changes={answer.changes.changes} executions={answer.all?.plugins[0]?.uses ?? 0} />}
            <PluginTrend name={name} />
            <section className="card">
              <h2>Where it is used</h2>
              <p className="sentence">Runs of each pattern in which it ran, as far as they are recorded by this service.</p>
              <FiguresTable
                caption="Where it is used"
                figures={{ rows: answer.patternStats?.patterns ?? [], columns: patternColumns(timeZone) }}
              />
            </section>
            <Partners name={name} pairs={answer.pluginPairs?.pairs ?? []} />
            <section className="card">
              <h2>Last executions with it</h2>
              <RunTable runs={answer.last?.edges.map(({ node }) => node) ?? []} />
            </section>
            <PhaseTable phases={answer.phaseDurations?.phases ?? []} />
          </>
        );
      }}
    </Part>
  );
}

function Unknown({ name }: { name: string }) {
  return (
    <section className="card">
      <h1>
        <bdi>{name}</bdi>
      </h1>
      <p>No step of this plugin is recorded. Search for another one above.</p>
    </section>
  );
}

function Title({ name, answer: { all } }: { name: string; answer: PluginPageQuery }) {
  const { timeZone } = useShown();
  const { answer, error } = useQuestion(PluginInGraphDocument, { name });
  const node = answer?.data.plugins?.[0];
  const words = [
    node?.category,
    node?.marketplace,
    node?.version && `version ${node.version}`,
    node?.tags?.join(', '),
    node?.description,
  ].filter(Boolean);
  const known = all?.plugins[0];
  return (
    <div className="title">
      <h1>
        <bdi>{name}</bdi>
      </h1>
      <p className="muted">
        Plugin, {counted(known?.uses ?? 0, 'use')} in all, last {instant(known?.lastUsed, timeZone)}
        {words.length > 0 && `. ${words.join(' · ')}`}
        {error && `. What is known of it beside the logs is missing: ${graphTrouble(error)}`}
      </p>
    </div>
  );
}

function Tiles({ answer: { current, runs } }: { answer: PluginPageQuery }) {
  const plugin = current?.plugins[0];
  if (!plugin) return <p className="verdict">It did not run in this window.</p>;
  const { durations, reliability } = plugin;
  const whole = runs?.current.successRate;
  return (
    <div className="tiles">
      <div className="card tile">
        <h2>Runs with it that succeed</h2>
        <div className="tile-value">{percent(whole?.value)}</div>
        <div className="tile-note">
          of {counted(whole?.total ?? 0, 'run')}
          {whole && (differenceOf(whole, reliability)?.lower ?? 0) > 0 && ': more than its steps, so something cures them, such as a retry'}
        </div>
      </div>
      <div className="card tile">
        <h2>Reliability of its steps</h2>
        <div className="tile-value">
          <Rate rate={reliability} />
        </div>
        <div className="tile-note">{counted(reliability.total - reliability.successes, 'step')} failed</div>
      </div>
      <div className="card tile">
        <h2>Median duration of a step</h2>
        <div className="tile-value">{duration(durations.medianSeconds)}</div>
        <div className="tile-note">
          mean {duration(durations.meanSeconds)}, p95 {duration(durations.p95Seconds)}, from {duration(durations.minSeconds)} to{' '}
          {duration(durations.maxSeconds)}
        </div>
      </div>
    </div>
  );
}
