/** From the bytes of a log to its rows, and to the lines that are none. */
import { isUtf8 } from 'node:buffer';
import {
  HEADERS,
  parseDurationsLine,
  parseJournalLine,
  parseJournalLineLazily,
  parsePluginUsageLine,
  parseSuccessRatesLine,
  type RowOf,
  reasonOf,
} from '../record/record.ts';
import type { LogName } from './position.ts';

/** A line that is no row, before its file and line number are known. Its text is cut to `MAX_TEXT` characters. */
export type NoRow = Readonly<{ start: number; end: number; text: string; reason: string }>;

export type Decoded<Name extends LogName> = { rows: RowOf[Name][]; rejected: NoRow[] };

/** Of a rejected line no more than this is listed; the whole of it stays in the log. Characters. */
const MAX_TEXT = 500;

/** A line as values, or why it is none. */
type Reader<Values> = (line: string) => Values | string;

function sharedReader<Values>(
  log: 'durations' | 'success_rates' | 'plugin_usage',
  parse: (line: string) => Values | undefined,
): Reader<Values> {
  return line => parse(line) ?? reasonOf(log, line);
}

type Readers = { [Name in LogName]: Reader<Omit<RowOf[Name], 'start' | 'end'>> };

const READERS: Readers = {
  journal: parseJournalLine,
  durations: sharedReader('durations', parseDurationsLine),
  success_rates: sharedReader('success_rates', parseSuccessRatesLine),
  plugin_usage: sharedReader('plugin_usage', parsePluginUsageLine),
};

const LAZY_READERS: Readers = { ...READERS, journal: parseJournalLineLazily };

/**
 * Reads whole lines: `bytes` ends with a line feed (or is empty) and begins at position `start`. Empty lines and repeated
 * headers are neither rows nor rejected.
 */
export function decode<Name extends LogName>(log: Name, bytes: Buffer, start: number): Decoded<Name> {
  return decodeBy(READERS[log], log, bytes, start);
}

/** As `decode`; the steps and attributes of a journal row are read when they are asked for. */
export function decodeLazily<Name extends LogName>(log: Name, bytes: Buffer, start: number): Decoded<Name> {
  return decodeBy(LAZY_READERS[log], log, bytes, start);
}

function decodeBy<Name extends LogName>(
  read: Reader<Omit<RowOf[Name], 'start' | 'end'>>,
  log: Name,
  bytes: Buffer,
  start: number,
): Decoded<Name> {
  const decoded: Decoded<Name> = { rows: [], rejected: [] };
  for (const { text, valid, ...place } of dataLines(log, bytes, start)) {
    const values = valid ? read(text) : 'not UTF-8';
    if (typeof values === 'string') decoded.rejected.push({ ...place, text: text.slice(0, MAX_TEXT).toWellFormed(), reason: values });
    else decoded.rows.push(Object.assign(values, place) as RowOf[Name]);
  }
  return decoded;
}

type DataLine = { text: string; valid: boolean; start: number; end: number };

/** The lines that are meant to be rows: without line ends and byte order mark; empty ones and headers left out. */
export function* dataLines(log: LogName, bytes: Buffer, start: number): Generator<DataLine> {
  let at = start;
  for (const line of linesOf(bytes)) {
    const end = at + line.bytes + 1;
    const unmarked = at === 0 ? withoutMark(line.text) : line.text;
    const text = log !== 'journal' && unmarked.endsWith('\r') ? unmarked.slice(0, -1) : unmarked;
    if (text !== '' && text !== HEADERS[log]) yield { text, valid: line.valid, start: at, end };
    at = end;
  }
}

type Line = { text: string; bytes: number; valid: boolean };

/** The lines of a buffer that ends with a line feed, without it. */
export function* linesOf(bytes: Buffer): Generator<Line> {
  if (bytes.length === 0) return;
  if (!isUtf8(bytes)) {
    yield* linesOfMixed(bytes);
    return;
  }
  const text = bytes.toString('utf8', 0, bytes.length - 1);
  // As many characters as bytes: plain ASCII, where a character's place is its byte's.
  const ascii = text.length === bytes.length - 1;
  for (const line of text.split('\n')) yield { text: line, bytes: ascii ? line.length : Buffer.byteLength(line), valid: true };
}

function* linesOfMixed(bytes: Buffer): Generator<Line> {
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(10, at);
    const line = bytes.subarray(at, end);
    yield { text: line.toString('utf8'), bytes: line.length, valid: isUtf8(line) };
    at = end + 1;
  }
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
