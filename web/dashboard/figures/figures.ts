import type { ReactNode } from 'react';
import type { Cell } from './csv.ts';

export type Column<Row> = Readonly<{
  name: string;
  /** The exact value: what CSV holds. */
  value: (row: Row) => Cell;
  /** What the page shows; the value where left out. */
  shown?: (row: Row) => ReactNode;
  /** The page that the cell leads to. */
  link?: (row: Row) => string | undefined;
  /** Numbers stand at the right. */
  numeric?: boolean;
}>;

export type Figures<Row> = Readonly<{ columns: readonly Column<Row>[]; rows: readonly Row[] }>;
