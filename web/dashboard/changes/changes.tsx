import { count } from '../figures/format.ts';
import type { ChangePartsFragment } from '../generated/graphql.ts';
import { ChangeCard } from './change-card.tsx';
import { worstFirst } from './change-order.ts';

/** More than three a reader does not take in. */
const CARDS = 3;

/** What changed, and why? The worst first. */
export function Changes({ changes, executions }: { changes: readonly ChangePartsFragment[]; executions: number }) {
  const ordered = worstFirst(changes);
  const rest = ordered.slice(CARDS);
  return (
    <section className="changes" aria-labelledby="changes">
      <h2 id="changes">What changed, and why?</h2>
      {ordered.length === 0 && <p className="card calm">Nothing changed that n = {count(executions)} could show.</p>}
      <div className="change-cards">
        {ordered.slice(0, CARDS).map(change => (
          <ChangeCard key={`${change.kind} ${change.subject} ${change.at}`} change={change} all={changes} />
        ))}
      </div>
      {rest.length > 0 && (
        <details className="more">
          <summary>{count(rest.length)} more</summary>
          <div className="change-cards">
            {rest.map(change => (
              <ChangeCard key={`${change.kind} ${change.subject} ${change.at}`} change={change} all={changes} />
            ))}
          </div>
        </details>
      )}
    </section>
  );
}
