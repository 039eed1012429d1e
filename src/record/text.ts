/**
 * What breaks a line or hides in one: control characters (line feed, NUL, escape …) and Unicode's two separators. A class of
 * its own, since names refuse them, the shared logs blank them and the journal escapes them.
 */
const UNPRINTABLE = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029';

/** Nor a byte order mark: nobody sees it, and many readers drop one that begins a value. */
const NAME = new RegExp(`^[^,"\\ufeff${UNPRINTABLE}]+$`);
const BREAKS = new RegExp(`\\r\\n|[${UNPRINTABLE}]`, 'g');
const ESCAPED = new RegExp(`[\\\\${UNPRINTABLE}]`, 'g');

/** Whether a text can stand in a plain column, where `awk -F,` and `wc -l` must keep working. */
export function isPlainName(text: string): boolean {
  return NAME.test(text) && text.trim() !== '' && text.isWellFormed();
}

/** Whether a text survives a round trip through UTF-8 and other programs: no lone surrogate, no NUL. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** Text as the shared logs hold it: a line break (CRLF is one) or other control character becomes one space. */
export function toOneLine(text: string): string {
  return text.replace(BREAKS, ' ');
}

const SHORT_ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text as `journal.log` holds it: exact, on one line. */
export function escapeText(text: string): string {
  return text.replace(ESCAPED, char => SHORT_ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const ESCAPES = /\\(?:([\\nrt])|u([0-9a-f]{4}))/g;
const UNESCAPED: Record<string, string> = { '\\': '\\', n: '\n', r: '\r', t: '\t' };

/** The inverse of `escapeText`. */
export function unescapeText(text: string): string {
  return text.replace(ESCAPES, (_, short: string | undefined, code: string | undefined) =>
    code === undefined ? (UNESCAPED[short ?? ''] ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
