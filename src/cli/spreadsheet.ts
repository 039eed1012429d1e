/** CSV for a spreadsheet, which runs cells: defused as OWASP advises against CSV injection, and bounded as Excel is. */
import { quoted } from '../record/record.ts';

/** What Excel holds in a cell, in UTF-16 code units; it drops the rest without a word. */
export const MAX_CELL_LENGTH = 32_767;

/** Excel takes a file for UTF-8 only if it begins with this. */
export const BYTE_ORDER_MARK = '\ufeff';

/** What begins a formula, in full width too (East Asian versions take those), behind blanks as well. */
const FORMULA = /^[\s\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;
/** A negative number is none, and a column of numbers stays one. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/** A cell that a spreadsheet shows and does not run. `cut`: it was longer than a cell may be. */
export function spreadsheetCell(text: string): Readonly<{ text: string; cut: boolean }> {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  const cut = safe.length > MAX_CELL_LENGTH;
  return { text: quoted(cut ? shortened(safe) : safe), cut };
}

function shortened(text: string): string {
  const start = text.slice(0, MAX_CELL_LENGTH - 1);
  return `${start.isWellFormed() ? start : start.slice(0, -1)}…`;
}
