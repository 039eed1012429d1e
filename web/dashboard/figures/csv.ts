import type { Cell, Figures } from './figures.ts';

/** RFC 4180. A text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csv<Row>({ columns, rows }: Figures<Row>): string {
  const lines = [columns.map(({ name }) => name), ...rows.map(row => columns.map(({ value }) => value(row)))];
  return lines.map(line => `${line.map(field).join(',')}\r\n`).join('');
}

function field(cell: Cell): string {
  if (cell === null) return '';
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
