import { useState } from 'react';
import { useQuestion } from '../data/use-question.ts';
import { FiguresTable } from '../figures/figures-table.tsx';
import { count, counted, instant } from '../figures/format.ts';
import { RejectedRowsDocument, type RejectedRowsQuery, TrustDocument, type TrustQuery } from '../generated/graphql.ts';
import { useShown } from '../view/use-view.ts';

type Status = NonNullable<TrustQuery['logStatus']>;

/** How far the projections are moves without a record, and so does whether one can be made. */
const FOLLOW_MS = 3_000;

/** Can I trust it? As of when, how far behind, and what did not count, in one line. */
export function Trust({ newest }: { newest: string | null }) {
  const { timeZone } = useShown();
  const status = useQuestion(TrustDocument, {}, { everyMs: FOLLOW_MS }).answer?.data.logStatus;
  const [listed, setListed] = useState(false);
  if (!status) return null;
  return (
    <section className="trust" aria-label="Can I trust it?">
      <span>As of {instant(newestRow(status) ?? newest, timeZone)}, the newest row</span>
      {status.projections.map(projection => (
        <Projection key={projection.name} {...projection} />
      ))}
      {status.recordingError && <span className="bad">✕ nothing can be recorded: {status.recordingError}</span>}
      {status.rejectedRows === 0 ? (
        <span>no rejected rows</span>
      ) : (
        <button type="button" className="link" aria-expanded={listed} onClick={() => setListed(!listed)}>
          {counted(status.rejectedRows, 'rejected row')}
        </button>
      )}
      {listed && <Rejected />}
    </section>
  );
}

function newestRow({ logs }: Status): string | undefined {
  return logs
    .flatMap(({ lastTimestamp }) => lastTimestamp ?? [])
    .sort()
    .at(-1);
}

function Projection({ name, state, lagBytes, error }: Status['projections'][number]) {
  const lag = lagBytes === 0 ? 'no lag' : `${count(lagBytes)} bytes behind`;
  if (state === 'OFF') return <span title={error ?? undefined}>{name} off</span>;
  if (state === 'LIVE')
    return (
      <span>
        {name} live, {lag}
      </span>
    );
  return (
    <span className="warn" title={error ?? undefined}>
      ▲ {name} {state.toLowerCase()}, {lag}
    </span>
  );
}

type Rejection = NonNullable<RejectedRowsQuery['rejectedRows']>['edges'][number];

/** Lines of the logs that are no rows. */
function Rejected() {
  const page = useQuestion(RejectedRowsDocument, { first: 100 }).answer?.data.rejectedRows;
  if (!page) return null;
  return (
    <div className="card rejected">
      <p>
        These lines are no rows and count nowhere. They stay in their log
        {page.totalCount > page.edges.length ? `; the first ${page.edges.length} of ${count(page.totalCount)}` : ''}.
      </p>
      <FiguresTable<Rejection>
        caption="Rejected rows"
        figures={{
          rows: page.edges,
          columns: [
            { name: 'File', value: ({ node }) => node.file },
            { name: 'Line', value: ({ node }) => node.line, numeric: true },
            { name: 'Text', value: ({ node }) => node.text },
            { name: 'Why', value: ({ node }) => node.reason },
          ],
        }}
      />
    </div>
  );
}
