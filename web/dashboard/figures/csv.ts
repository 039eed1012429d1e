/** A cell: text or a number as it is exported, with how it is shown where that differs. */
export type Cell = string | number | null;

/** The exact values of rows, whatever the page shows of them. */
type Exported<Row> = Readonly<{ columns: readonly Readonly<{ name: string; value: (row: Row) => Cell }>[]; rows: readonly Row[] }>;

/** RFC 4180. A text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csv<Row>({ columns, rows }: Exported<Row>): string {
  const lines = [columns.map(({ name }) => name), ...rows.map(row => columns.map(({ value }) => value(row)))];
  return lines.map(line => `${line.map(field).join(',')}\r\n`).join('');
}

function field(cell: Cell): string {
  if (cell === null) return '';
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
