import { Fragment, memo } from 'react';
import { FONT } from '../charts/look.ts';
import { colourAt, inkOn, type Palette } from '../charts/palette.ts';
import { bucketLabel, counted, shortened } from '../figures/format.ts';
import type { Bucket } from '../generated/graphql.ts';
import type { Colours } from '../view/view.ts';
import { type At, figuresAt, type HeatmapAnswer, type HeatmapRow, type Others } from './heatmap-figures.ts';
import { type Grid, HEAD, ROW_HEIGHT } from './heatmap-grid.ts';
import { stepsText } from './heatmap-sentence.ts';

type CellsProps = Readonly<{
  answer: HeatmapAnswer;
  others: Others | undefined;
  grid: Grid;
  colours: Colours;
  palette: Palette;
  bucket: Bucket;
  timeZone: string;
}>;

/** Rows of fewer uses than this are in italics: their share says little. */
const FEW_USES = 5;

/** Plugins down, time across, a number on each cell; the first column holds all of the window. */
export const HeatmapCells = memo(({ answer: { rows, columns }, others, grid, colours, palette, bucket, timeZone }: CellsProps) => {
  const labels = columns.slice(grid.start, grid.end).map(({ start }) => bucketLabel(start, bucket, timeZone));
  const step = Math.ceil(Math.max(...labels.map(labelWidth)) / grid.cell);
  return (
    <g fontFamily={FONT} fontSize={11} textAnchor="middle">
      <g fill={palette.text} textAnchor="end">
        {rows.map(({ plugin }, row) => (
          <text key={plugin} x={grid.names - 8} y={middle(row)} dominantBaseline="central">
            {shortened(plugin, Math.floor(grid.names / 7))}
          </text>
        ))}
        {others && (
          <text x={grid.names - 8} y={middle(rows.length)} dominantBaseline="central">
            {counted(others.plugins, 'other')}
          </text>
        )}
      </g>
      {others && <OthersCell others={others} row={rows.length} grid={grid} colours={colours} />}
      <g transform={`translate(${grid.names} 0)`}>
        <Label x={grid.cell / 2} text="all" palette={palette} />
        <g fontWeight={700}>
          <Column rows={rows} at={undefined} width={grid.cell} colours={colours} />
        </g>
      </g>
      {labels.map((label, place) => {
        const at = grid.start + place;
        const x = grid.names + (place + 1) * grid.cell;
        // Counted from the last column, so that they stay while one goes through time; half a step before the edge there is room.
        const labelled = (columns.length - 1 - at) % step === Math.floor(step / 2) && x - grid.names > labelWidth(`all${label}`) / 2;
        return (
          <g key={at} transform={`translate(${x} 0)`}>
            {labelled && <Label x={grid.cell / 2} text={label} palette={palette} />}
            <Column rows={rows} at={at} width={grid.cell} colours={colours} />
          </g>
        );
      })}
    </g>
  );
});

/** About, in pixels and with a gap: enough to keep labels apart. */
function labelWidth(text: string): number {
  return 6 * text.length + 6;
}

function middle(row: number): number {
  return HEAD + (row + 0.5) * ROW_HEIGHT;
}

function Label({ x, text, palette }: { x: number; text: string; palette: Palette }) {
  return (
    <text x={x} y={HEAD - 8} fill={palette.muted}>
      {text}
    </text>
  );
}

type ColumnProps = Readonly<{ rows: readonly HeatmapRow[]; at: At; width: number; colours: Colours }>;

/** While one goes through time a column is moved, and its cells stay. */
const Column = memo(({ rows, at, width, colours }: ColumnProps) =>
  rows.map((row, y) => {
    const { uses, successes } = figuresAt(row, at);
    if (uses === 0) return null;
    const colour = colourAt(successes / uses, colours);
    return (
      <Fragment key={row.plugin}>
        <rect width={width - 1} y={HEAD + y * ROW_HEIGHT} height={ROW_HEIGHT - 1} fill={colour} />
        <text
          x={width / 2}
          y={middle(y)}
          dominantBaseline="central"
          fill={inkOn(colour)}
          fontSize={10}
          fontStyle={uses < FEW_USES ? 'italic' : undefined}
        >
          {Math.round((100 * successes) / uses)}
        </text>
      </Fragment>
    );
  }),
);

type OthersCellProps = Readonly<{ others: Others; row: number; grid: Grid; colours: Colours }>;

/** One cell for all of the window: bucket by bucket they are not counted. */
function OthersCell({ others, row, grid: { names, width }, colours }: OthersCellProps) {
  const colour = colourAt(others.successes / others.uses, colours);
  return (
    <>
      <rect x={names} width={width - names - 1} y={HEAD + row * ROW_HEIGHT} height={ROW_HEIGHT - 1} fill={colour} />
      <text x={(names + width) / 2} y={middle(row)} dominantBaseline="central" fill={inkOn(colour)} fontWeight={700}>
        {stepsText(others)} in all
      </text>
    </>
  );
}
