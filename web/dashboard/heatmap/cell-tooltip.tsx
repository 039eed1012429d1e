import { bucketName, count, interval, percent } from '../figures/format.ts';
import type { Bucket } from '../generated/graphql.ts';
import { figuresAt, type HeatmapAnswer, type HeatmapRow } from './heatmap-figures.ts';
import { columnOf, cornerOf, type Grid, type Place, ROW_HEIGHT } from './heatmap-grid.ts';

type CellTooltipProps = Readonly<{
  answer: HeatmapAnswer;
  grid: Grid;
  row: HeatmapRow;
  place: Place;
  bucket: Bucket;
  timeZone: string;
}>;

/** What a cell says in full, beside it, on the side where the drawing has more room. */
export function CellTooltip({ answer, grid, row, place, bucket, timeZone }: CellTooltipProps) {
  const at = columnOf(place, grid);
  const column = at === undefined ? undefined : answer.columns[at];
  const { uses, successes } = figuresAt(row, at);
  const bounds = at === undefined ? '' : ` (${interval({ lower: row.lower[at] ?? null, upper: row.upper[at] ?? null })})`;
  return (
    <div className="chart-tooltip" style={beside(place, grid)}>
      <strong>{row.plugin}</strong>
      <div>{column ? bucketName(column, bucket, timeZone) : 'all of the window'}</div>
      <div>
        {percent(successes / uses)} of {count(uses)}
        {bounds}
      </div>
    </div>
  );
}

/** Pixels from the edges of the drawing. */
const GAP = 6;

function beside(place: Place, grid: Grid): { left?: number; right?: number; top?: number; bottom?: number } {
  const { x, y } = cornerOf(place, grid);
  return {
    ...(x < grid.width / 2 ? { left: x + grid.cell + GAP } : { right: grid.width - x + GAP }),
    ...(y < grid.height / 2 ? { top: y } : { bottom: grid.height - y - ROW_HEIGHT }),
  };
}
