import { PageLink } from '../app/page-link.tsx';
import { executionPath, patternPath, pluginPath } from '../app/place.ts';
import { useQuestion } from '../data/use-question.ts';
import { count, counted, duration, instant, percent } from '../figures/format.ts';
import { ChangeOfPatternDocument, ChangeOfPluginDocument, type ChangePartsFragment } from '../generated/graphql.ts';
import { useShown } from '../view/use-view.ts';
import { isWorse, KINDS, stretchesOf } from './change-order.ts';

/** One level that moved: from what to what, since when, why, and runs that show it. */
export function ChangeCard({ change, all }: { change: ChangePartsFragment; all: readonly ChangePartsFragment[] }) {
  const { timeZone } = useShown();
  const { subject, kind, tier, at } = change;
  const worse = isWorse(change);
  const evidence = useEvidence(change, all);
  return (
    <article className={`card change ${worse ? 'bad-edge' : 'good-edge'}`} data-subject={subject}>
      <h3>
        <span className={worse ? 'bad' : 'good'}>{worse ? '▼' : '▲'}</span>{' '}
        <PageLink to={KINDS[kind].of === 'pattern' ? patternPath(subject) : pluginPath(subject)}>{evidence.name ?? subject}</PageLink>{' '}
        <span className="tag">{tier.toLowerCase()}</span>
      </h3>
      <p className="levels">
        {levelText(change, change.before)} <small>n {evidence.before}</small> → <strong>{levelText(change, change.after)}</strong>{' '}
        <small>n {evidence.after}</small>
      </p>
      <p className="muted">
        {wordOf(change)} since {instant(at, timeZone)}
      </p>
      <Causes change={change} />
      {evidence.failing.length > 0 && KINDS[kind].what === 'rate' && (
        <p>
          Failing:{' '}
          {evidence.failing.map((id, place) => (
            <span key={id}>
              {place > 0 && ', '}
              <PageLink to={executionPath(id)}>{id}</PageLink>
            </span>
          ))}
          {evidence.more > 0 && ` and ${count(evidence.more)} more`}
        </p>
      )}
    </article>
  );
}

function levelText({ kind }: ChangePartsFragment, level: number): string {
  return KINDS[kind].what === 'rate' ? percent(level) : duration(level);
}

function wordOf(change: ChangePartsFragment): string {
  const worse = isWorse(change);
  const of = KINDS[change.kind].of === 'plugin' ? 'its steps' : 'its runs';
  if (KINDS[change.kind].what === 'rate') return `${of} ${worse ? 'fail more' : 'succeed more'}`;
  return `${of} take ${worse ? 'longer' : 'less time'}`;
}

/** Whom to suspect, by how much of the change it explains. */
function Causes({ change: { causes, kind } }: { change: ChangePartsFragment }) {
  const [first] = causes;
  if (!first) return <p>Nothing recorded explains it.</p>;
  const version = first.version === null ? '' : ` ${first.version}`;
  return (
    <p>
      Suspect: <PageLink to={pluginPath(first.plugin)}>{`${first.plugin}${version}`}</PageLink>
      {KINDS[kind].of === 'plugin' && version !== '' && ' (a new version)'}, {percent(first.share)} of it
      {causes.length > 1 && ` and ${counted(causes.length - 1, 'other')}`}
    </p>
  );
}

type Evidence = Readonly<{ name: string | undefined; before: string; after: string; failing: readonly string[]; more: number }>;

/** How many runs or steps are behind both levels, and the latest that failed since. */
function useEvidence(change: ChangePartsFragment, all: readonly ChangePartsFragment[]): Evidence {
  const { subject, kind } = change;
  const ofPattern = KINDS[kind].of === 'pattern';
  const stretches = stretchesOf(change, all);
  const names = ofPattern ? { patternIds: [subject] } : { plugins: [subject] };
  const variables = { before: { ...names, window: stretches.before }, after: { ...names, window: stretches.after } };
  const pattern = useQuestion(ChangeOfPatternDocument, ofPattern && variables).answer?.data;
  const plugin = useQuestion(ChangeOfPluginDocument, !ofPattern && variables).answer?.data;
  const failing = (pattern ?? plugin)?.failing;
  const ids = failing?.edges.map(({ node }) => node.executionId) ?? [];
  const n = (value: number | undefined) => (value === undefined ? '…' : count(value));
  return {
    name: pattern?.after?.patterns[0]?.name,
    before: n(pattern?.before?.patterns[0]?.durations.n ?? plugin?.before?.plugins[0]?.uses),
    after: n(pattern?.after?.patterns[0]?.durations.n ?? plugin?.after?.plugins[0]?.uses),
    failing: ids,
    more: (failing?.totalCount ?? 0) - ids.length,
  };
}
