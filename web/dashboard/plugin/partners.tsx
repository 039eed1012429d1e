import { pluginPath } from '../app/place.ts';
import type { Figures } from '../figures/figures.ts';
import { FiguresTable } from '../figures/figures-table.tsx';
import { TOGETHER } from '../pairs/pair-figures.ts';
import { type Pair, verdictOf } from '../pairs/pair-verdict.ts';

type Partner = Pair & Readonly<{ partner: string }>;

/** With whom the plugin runs, and whether that helps; those that differ for real first. */
export function Partners({ name, pairs }: { name: string; pairs: readonly Pair[] }) {
  const partners = pairs
    .flatMap(pair => (pair.a === name ? [{ ...pair, partner: pair.b }] : pair.b === name ? [{ ...pair, partner: pair.a }] : []))
    .sort((a, b) => verdictOf(b).least - verdictOf(a).least || b.executions - a.executions);
  const figures: Figures<Partner> = {
    rows: partners,
    columns: [{ name: 'Partner', value: pair => pair.partner, link: pair => pluginPath(pair.partner) }, ...TOGETHER],
  };
  return (
    <section className="card">
      <h2>Partners</h2>
      <p className="sentence">Success of runs in which both ran, and of those in which only one did; of the 1,000 most frequent pairs.</p>
      {partners.length === 0 ? <p className="muted">It ran alone.</p> : <FiguresTable caption="Partners" figures={figures} />}
    </section>
  );
}
