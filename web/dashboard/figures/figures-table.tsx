import { memo, useState } from 'react';
import { PageLink } from '../app/page-link.tsx';
import type { Column, Figures } from './figures.ts';
import { count } from './format.ts';

const PAGE = 25;

/** Figures as a table that grows by pages: however many there are, the page stays quick. */
export const FiguresTable = memo(Table) as typeof Table;

function Table<Row>({ caption, figures: { columns, rows } }: { caption: string; figures: Figures<Row> }) {
  const [length, setLength] = useState(PAGE);
  const rest = rows.length - length;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="table-scroll" tabIndex={0} aria-label={caption}>
      <table>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, numeric }) => (
              <th key={name} scope="col" className={numeric ? 'numeric' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, length).map((row, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of an answer have no other identity, and hold no state
            <tr key={place}>
              {columns.map(column => (
                <td key={column.name} className={column.numeric ? 'numeric' : undefined}>
                  <Shown column={column} row={row} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && (
        <button type="button" onClick={() => setLength(length + 4 * PAGE)}>
          Show {count(Math.min(rest, 4 * PAGE))} more of {count(rest)}
        </button>
      )}
    </section>
  );
}

function Shown<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const content = column.shown ? column.shown(row) : (column.value(row) ?? '–');
  const to = column.link?.(row);
  return to === undefined ? <bdi>{content}</bdi> : <PageLink to={to}>{content}</PageLink>;
}
