import { type ComponentProps, type MouseEvent, useState } from 'react';
import { CellTooltip } from './cell-tooltip.tsx';
import { HeatmapCells } from './heatmap-cells.tsx';
import { figuresAt } from './heatmap-figures.ts';
import { columnOf, cornerOf, type Place, placeAt, ROW_HEIGHT } from './heatmap-grid.ts';

type HeatmapDrawingProps = ComponentProps<typeof HeatmapCells> & Readonly<{ description: string; onPick: (plugin: string) => void }>;

/** The cells, the one under the pointer told in full. */
export function HeatmapDrawing({ description, onPick, ...cells }: HeatmapDrawingProps) {
  const { answer, grid, palette } = cells;
  const [place, setPlace] = useState<Place>();
  const row = place && answer.rows[place.row];
  const told = row && figuresAt(row, columnOf(place, grid)).uses > 0;
  const under = ({ clientX, clientY, currentTarget }: MouseEvent) => {
    const { left, top } = currentTarget.getBoundingClientRect();
    return placeAt({ x: clientX - left, y: clientY - top }, grid);
  };
  const point = (event: MouseEvent) => {
    const next = under(event);
    setPlace(before => (before?.row === next.row && before.column === next.column ? before : next));
  };
  const pick = (event: MouseEvent) => {
    const picked = answer.rows[under(event).row];
    if (picked) onPick(picked.plugin);
  };
  return (
    <>
      <div className="chart" role="img" aria-label={description}>
        <svg
          width={grid.width}
          height={grid.height}
          aria-hidden="true"
          onPointerMove={point}
          onPointerLeave={() => setPlace(undefined)}
          onClick={pick}
        >
          <HeatmapCells {...cells} />
          {told && <Mark {...cornerOf(place, grid)} width={grid.cell} colour={palette.text} />}
        </svg>
      </div>
      {told && <CellTooltip {...cells} row={row} place={place} />}
    </>
  );
}

function Mark({ x, y, width, colour }: { x: number; y: number; width: number; colour: string }) {
  return <rect x={x} y={y} width={width - 1} height={ROW_HEIGHT - 1} fill="none" stroke={colour} />;
}
