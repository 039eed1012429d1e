import type { At, HeatmapAnswer } from './heatmap-figures.ts';

/** Pixels. Names stand to the left, the labels of the columns on top. */
export const ROW_HEIGHT = 22;
export const HEAD = 24;
/** A number of three digits has room. */
const MIN_CELL = 28;

/** Where the cells stand, in pixels: `names` are as wide, then come cells of `cell` each: all of the window, and the columns from `start` up to `end`. */
export type Grid = Readonly<{ width: number; height: number; names: number; cell: number; start: number; end: number }>;

/** A cell by its place in the drawing, both from 0; column 0 is that of all of the window. */
export type Place = Readonly<{ row: number; column: number }>;

const namesWidth = (width: number) => (width < 600 ? 110 : 170);

/** The column of all buckets together stands before them. */
export function columnsThatFit(width: number): number {
  return Math.max(1, Math.floor((width - namesWidth(width)) / MIN_CELL) - 1);
}

export function heightOf(rows: number): number {
  return HEAD + ROW_HEIGHT * Math.max(1, rows);
}

/** `earlier`: how many columns the last one shown lies before the last one there is. */
export function gridOf({ columns }: HeatmapAnswer, { width, height, earlier }: { width: number; height: number; earlier: number }): Grid {
  const fitting = columnsThatFit(width);
  const end = Math.max(Math.min(columns.length, fitting), columns.length - earlier);
  const start = Math.max(0, end - fitting);
  const names = namesWidth(width);
  return { width, height, names, cell: (width - names) / (end - start + 1), start, end };
}

/** The place of a point; a name stands for the whole of its row. */
export function placeAt({ x, y }: { x: number; y: number }, { names, cell }: Grid): Place {
  return { row: Math.floor((y - HEAD) / ROW_HEIGHT), column: Math.max(0, Math.floor((x - names) / cell)) };
}

export function columnOf({ column }: Place, { start }: Grid): At {
  return column === 0 ? undefined : start + column - 1;
}

/** The corner of a cell to the left and on top. */
export function cornerOf({ row, column }: Place, { names, cell }: Grid): { x: number; y: number } {
  return { x: names + column * cell, y: HEAD + row * ROW_HEIGHT };
}
