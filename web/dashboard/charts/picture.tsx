import { type ReactNode, useId, useRef, useState } from 'react';
import { useTheme } from '../app/theme.ts';
import type { Document } from '../data/ask.ts';
import { csv } from '../figures/csv.ts';
import type { Figures } from '../figures/figures.ts';
import { FiguresTable } from '../figures/figures-table.tsx';
import { download, pngOf } from './download.ts';
import { graphiqlAddress } from './graphiql-address.ts';
import { paletteOf } from './palette.ts';

export type PictureProps<Row, Variables> = Readonly<{
  /** Part of the page's address and of the names of files. */
  name: string;
  title: string;
  /** What the picture shows, in one sentence or two. */
  sentence: string;
  question: Document<unknown, Variables>;
  variables: Variables;
  figures: Figures<Row>;
  /** Choices about this picture alone. */
  tools?: ReactNode;
  children: ReactNode;
}>;

/** A picture with all that makes it more than one: a sentence, the figures, files of both, and the question behind it. */
export function Picture<Row, Variables>(props: PictureProps<Row, Variables>) {
  const { name, title, sentence, question, variables, figures, tools, children } = props;
  const [heading, figure] = [useId(), useRef<HTMLElement>(null)];
  const [open, setOpen] = useState(false);
  const { surface } = paletteOf(useTheme());
  const savePng = async () => {
    const drawing = figure.current?.querySelector<SVGSVGElement>('.chart svg');
    if (drawing) download(`${name}.png`, await pngOf(drawing, surface));
  };
  const saveCsv = () => download(`${name}.csv`, new Blob([csv(figures)], { type: 'text/csv;charset=utf-8' }));
  return (
    <figure ref={figure} className="card picture" id={name} aria-labelledby={heading}>
      <div className="picture-head">
        <h2 id={heading}>{title}</h2>
        <div className="picture-tools">
          {tools}
          <button type="button" onClick={saveCsv} aria-label={`${title}: download CSV`}>
            CSV
          </button>
          <button type="button" onClick={() => void savePng()} aria-label={`${title}: download PNG`}>
            PNG
          </button>
          <a href={graphiqlAddress(question, variables)} aria-label={`${title}: ask the same in GraphiQL`}>
            GraphiQL
          </a>
        </div>
      </div>
      <figcaption className="sentence">{sentence}</figcaption>
      {children}
      <details className="figures" onToggle={event => setOpen(event.currentTarget.open)}>
        <summary>The same figures as a table</summary>
        {open && <FiguresTable caption={`${title}: figures`} figures={figures} />}
      </details>
    </figure>
  );
}
