import { PageLink } from '../app/page-link.tsx';
import { patternPath } from '../app/place.ts';
import { Changes } from '../changes/changes.tsx';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import { FiguresTable } from '../figures/figures-table.tsx';
import { count, counted, instant, percent } from '../figures/format.ts';
import { PatternPageDocument, type PatternPageQuery } from '../generated/graphql.ts';
import { Histogram } from '../histogram/histogram.tsx';
import { Health } from '../overview/health.tsx';
import { PhaseTable, pluginColumns } from '../overview/rankings.tsx';
import { Trends } from '../trends/trends.tsx';
import { Narrowed } from '../view/narrowed.tsx';
import { useShown } from '../view/use-view.ts';
import { Forecast } from './forecast.tsx';
import { LastExecutions } from './last-executions.tsx';
import { PromotionEvidence } from './promotion-evidence.tsx';

/** All about one pattern: how it goes, what it is made of, where it stands and what to expect of its next run. */
export function PatternPage({ patternId }: { patternId: string }) {
  return (
    <Narrowed patternId={patternId}>
      <Content patternId={patternId} />
    </Narrowed>
  );
}

function Content({ patternId }: { patternId: string }) {
  const { filter, timeZone } = useShown();
  const question = useQuestion(PatternPageDocument, { patternId, filter });
  return (
    <Part name={patternId} question={question}>
      {answer => {
        const known = answer.all?.patterns[0];
        if (!known && answer.last?.totalCount === 0) return <Unknown patternId={patternId} />;
        return (
          <>
            <Title patternId={patternId} answer={answer} />
            {answer.overview && <Health overview={answer.overview} runs={answer.recordedExecutions} />}
            {answer.changes && <Changes changes={answer.changes.changes} executions={known?.successRate.total ?? 0} />}
            <div className="halves">
              <Forecast answer={answer} />
              <PromotionEvidence answer={answer} />
            </div>
            <div className="halves">
              <Trends />
              <Histogram />
            </div>
            <section className="card">
              <h2>Its plugins</h2>
              <FiguresTable caption="Its plugins" figures={{ rows: answer.pluginStats?.plugins ?? [], columns: pluginColumns(timeZone) }} />
            </section>
            <LastExecutions patternId={patternId} logged={answer.last} />
            <PhaseTable phases={answer.phaseDurations?.phases ?? []} />
            <Similar answer={answer} />
          </>
        );
      }}
    </Part>
  );
}

function Unknown({ patternId }: { patternId: string }) {
  return (
    <section className="card">
      <h1>
        <bdi>{patternId}</bdi>
      </h1>
      <p>No run of this pattern is recorded. Search for another one above.</p>
    </section>
  );
}

function Title({ patternId, answer: { all, last } }: { patternId: string; answer: PatternPageQuery }) {
  const { timeZone } = useShown();
  const known = all?.patterns[0];
  const name = known?.name ?? last?.edges[0]?.node.patternName ?? patternId;
  return (
    <div className="title">
      <h1>
        <bdi>{name}</bdi> {known && <span className="tag">{known.status.toLowerCase()}</span>}
      </h1>
      <p className="muted">
        Pattern <bdi>{patternId}</bdi>, {counted(known?.successRate.total ?? 0, 'execution')} in all, last{' '}
        {instant(known?.lastUsed, timeZone)}
      </p>
    </div>
  );
}

function Similar({ answer: { similarPatterns } }: { answer: PatternPageQuery }) {
  const patterns = similarPatterns?.patterns ?? [];
  return (
    <section className="card">
      <h2>Patterns that use the same plugins</h2>
      {patterns.length === 0 && <p className="muted">None shares a plugin with it.</p>}
      <ul className="plain">
        {patterns.map(one => (
          <li key={one.patternId}>
            <PageLink to={patternPath(one.patternId)}>{one.patternId}</PageLink> {count(one.shared)} in common, {percent(one.similarity)}{' '}
            alike
          </li>
        ))}
      </ul>
    </section>
  );
}
