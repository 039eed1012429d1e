/**
 * A shared log read from its beginning beside the journal: every row that a group owes stands between the group's base and the
 * next one's, as often as it is owed. Other programs' rows may stand anywhere.
 */
import { HEADERS, type RowOf } from '../record/record.ts';
import { decode, type NoRow } from './decode.ts';
import type { LogFile } from './log-file.ts';
import type { Owed } from './owed.ts';
import type { Position, SharedLog } from './position.ts';
import { Places, type Report } from './verify-finding.ts';
import { readLines } from './whole-lines.ts';

/** What a group owes, and where the logs stood before it. `certain`: no damaged row may have been one of the group. */
export type OwedGroup = Readonly<{ base: Pick<Position, SharedLog>; owed: Owed; certain: boolean }>;

/** One line, without its line feed; `start` is its position. */
export type Line = Readonly<{ bytes: Buffer; text: string; start: number }>;

/** What a log should hold of a group, being compared with what it holds. */
export interface Comparison<Row> {
  /** Takes a line that reads as an owed one; answers false where it is none of those. */
  takeOwed(line: Line): boolean;
  /** Takes a row that is not owed. */
  takeOther(row: Row, line: Line): Promise<void>;
  /** Whether a line is one of the owed ones, taken or not. */
  isOwed(text: string): boolean;
  /** Owed lines that have not come, as they should read. */
  missing(): string[];
  /** Ends it: it is what holds, and what is missing is remembered. `where` finds the line that a missing one may have become. */
  conclude(where: (text: string) => Promise<Remains>): Promise<void>;
}

/**
 * What is left of a missing row: the line that it became, which may still read as a row; else the line at which its group
 * begins. `start` is the position of that line.
 */
export type Remains = Readonly<{ file: string; line: number; start: number }> & { became: 'nothing' | 'no row' | 'another row' };

/**
 * A comparison with the lines from `start` on; `end` is behind the last whole one, `to` how far they should reach. `lastOwed`:
 * where the last owed one starts. `isAligned`: lines start where they should.
 */
type Compared<Name extends SharedLog> = Readonly<{
  comparison: Comparison<RowOf[Name]>;
  start: number;
  end: number;
  to: number;
  lastOwed: number;
  isAligned: boolean;
}>;

const LINE_FEED = 10;
/** How far rows may have moved and are still found, and how far a changed line is looked for. Bytes. */
const WINDOW = 1 << 18;
/** Bytes in which a changed line may differ from what it was. */
const MAX_DIFFERENT = 8;
/** Searches are bounded, however much is wrong. */
const MAX_SEARCHES = 2000;

export class SharedCheck<Name extends SharedLog> {
  readonly log: Name;
  readonly #file: LogFile;
  readonly #report: Report;
  readonly #places: Places;
  readonly #begin: (group: OwedGroup) => Comparison<RowOf[Name]>;
  /** How far rows stand behind where the journal says, once bytes were put in or taken out before them. */
  #shift = 0;
  #position = 0;
  /** Lines before it are counted and listed. */
  #seen = 0;
  /** Lines that missing rows may have become, by position: one that a later group takes as its own is not what became of another. */
  readonly #claimed = new Map<number, Remains>();
  #searches = 0;
  #moves = 0;
  rows = 0;
  #isCut = false;
  /** Where the last line starts that was owed and is there. */
  #lastOwed = -1;

  constructor(file: LogFile, parts: { log: Name; report: Report; begin: (group: OwedGroup) => Comparison<RowOf[Name]> }) {
    this.log = parts.log;
    this.#file = file;
    this.#report = parts.report;
    this.#begin = parts.begin;
    this.#places = new Places(file);
  }

  get position(): number {
    return this.#position;
  }

  /** Whether its rows stand where the journal says, so that rows may be appended behind them. */
  get isInPlace(): boolean {
    return !this.#isCut && this.#shift === 0;
  }

  /** The header where it was one: another program may have begun the file without. */
  async checkHeader(): Promise<void> {
    if ((await this.#places.of(0)).line !== 1) return;
    const first = await this.#file.line(0);
    if (first !== undefined && isLike(Buffer.from(first), Buffer.from(HEADERS[this.log]))) {
      this.#report({
        severity: 'error',
        file: this.#file.fileAt(0),
        line: 1,
        message: `the header was changed; it was ${HEADERS[this.log]}`,
      });
    }
  }

  /** How many owed rows of a group are not there; nothing is concluded from it. */
  async missingOf(group: OwedGroup, next: number | undefined): Promise<number> {
    const start = Math.min(group.base[this.log] + this.#shift, this.#file.end());
    const { comparison } = await this.#compare(group, start, this.#endOf(next));
    return comparison.missing().length;
  }

  /** Compares what a group owes with the log up to the base of the next group, or to the end of the last whole line. */
  async take(group: OwedGroup, next: number | undefined): Promise<void> {
    const start = group.base[this.log] + this.#shift;
    if (start > this.#file.end()) return this.#reportCut(start - this.#file.end());
    const to = this.#endOf(next);
    let compared = await this.#compare(group, start, to);
    if (compared.comparison.missing().length > 0 && this.#moves < MAX_SEARCHES) {
      const moved = await this.#findMoved(group, start, compared);
      if (moved !== undefined) compared = await this.#moveTo(moved, { group, start, next, compared });
    }
    await compared.comparison.conclude(text => this.#remainsOf(text, compared));
    this.#position = Math.max(this.#position, compared.end);
    this.#lastOwed = Math.max(this.#lastOwed, compared.lastOwed);
  }

  /** Once: every row that comes after is gone with it. */
  async #reportCut(missing: number): Promise<void> {
    if (this.#isCut) return;
    this.#isCut = true;
    const { file } = await this.#places.of(this.#file.end());
    const message = `${missing} bytes or more are gone from its end: it was cut or badly copied. Put the whole file back`;
    this.#report({ severity: 'error', file, line: undefined, message });
  }

  #endOf(next: number | undefined): number {
    return next === undefined ? this.#file.end() : Math.min(next + this.#shift, this.#file.end());
  }

  // ---------- Comparing ----------

  async #compare(group: OwedGroup, from: number, to: number): Promise<Compared<Name>> {
    const comparison = this.#begin(group);
    const start = await this.#lineStart(from);
    let end = start;
    let lastOwed = -1;
    while (end < to) {
      const bytes = await readLines(this.#file, end, to);
      if (bytes.length === 0) break;
      for (const line of linesFrom(bytes, end)) if (await this.#takeLine(comparison, line)) lastOwed = line.start;
      end += bytes.length;
      this.#seen = Math.max(this.#seen, end);
    }
    return { comparison, start, end, to, lastOwed, isAligned: start === from && (end >= to || to === this.#file.end()) };
  }

  /** Whether it is an owed one. */
  async #takeLine(comparison: Comparison<RowOf[Name]>, line: Line): Promise<boolean> {
    const isNew = line.start >= this.#seen;
    if (comparison.takeOwed(line)) {
      const claim = this.#claimed.get(line.start);
      if (claim) claim.became = 'nothing';
      if (isNew) this.rows++;
      return true;
    }
    const { rows, rejected } = decode(this.log, Buffer.concat([line.bytes, Buffer.of(LINE_FEED)]), line.start);
    for (const row of rows) {
      if (isNew) this.rows++;
      await comparison.takeOther(row, line);
    }
    if (isNew) for (const each of rejected) await this.#reportNoRow(each);
    return false;
  }

  async #reportNoRow(line: NoRow): Promise<void> {
    this.#report({ severity: 'note', ...(await this.#places.of(line.start)), message: `no row: ${line.reason}` });
  }

  /** The position itself where a line starts there, else the start of the next line. */
  async #lineStart(position: number): Promise<number> {
    if (position <= 0 || (await this.#file.read(position - 1, position))[0] === LINE_FEED) return Math.max(0, position);
    const rest = await this.#file.line(position);
    return rest === undefined ? this.#file.end() : position + Buffer.byteLength(rest) + 1;
  }

  // ---------- Rows that are not where the journal says ----------

  /**
   * Where an owed line stands instead of at `from`, as a distance in bytes; undefined where it stands nowhere near. Not where
   * another group has taken it; and behind its place only if bytes before it push lines out of their places: one that was
   * appended later has moved nothing.
   */
  async #findMoved(group: OwedGroup, from: number, { comparison, isAligned }: Compared<Name>): Promise<number | undefined> {
    this.#moves++;
    const start = Math.max(0, from - WINDOW);
    const around = await this.#file.read(start, Math.min(this.#file.end(), from + WINDOW));
    for (const text of new Set([this.#begin(group).missing()[0], comparison.missing()[0]])) {
      const bytes = Buffer.from(`${text}\n`);
      for (let at = around.indexOf(bytes); at !== -1; at = around.indexOf(bytes, at + 1)) {
        const place = start + at;
        const isLine = place === 0 || around[at - 1] === LINE_FEED;
        if (isLine && place !== from && place > this.#lastOwed && (place < from || !isAligned)) return place - from;
      }
    }
    return undefined;
  }

  async #moveTo(
    distance: number,
    { group, start, next, compared }: { group: OwedGroup; start: number; next: number | undefined; compared: Compared<Name> },
  ) {
    const before = this.#shift;
    this.#shift += distance;
    const again = await this.#compare(group, start + distance, this.#endOf(next));
    if (again.comparison.missing().length >= compared.comparison.missing().length) {
      this.#shift = before;
      return compared;
    }
    const what = distance < 0 ? `${-distance} bytes were taken out of` : `${distance} bytes were put into`;
    this.#report({
      severity: 'error',
      ...(await this.#places.of(again.start)),
      message: `${what} the log before this line: the rows from here on do not stand where journal.log says`,
    });
    return again;
  }

  /** What became of a missing line, as far as it can be told. */
  async #remainsOf(text: string, compared: Compared<Name>): Promise<Remains> {
    const { comparison, start, to } = compared;
    const wanted = Buffer.from(text);
    if (this.#searches++ < MAX_SEARCHES) {
      // Its line may go on behind the group's end: without its line feed it stands in one line with the next row.
      const end = Math.min(this.#file.end(), to + WINDOW, start + WINDOW * 16);
      const bytes = Buffer.concat([await this.#file.read(start, end), Buffer.of(LINE_FEED)]);
      for (const line of linesFrom(bytes, start)) {
        if (line.start >= to) break;
        if (!isLike(line.bytes, wanted) || comparison.isOwed(line.text)) continue;
        const isRow = decode(this.log, Buffer.concat([line.bytes, Buffer.of(LINE_FEED)]), line.start).rows.length > 0;
        const remains: Remains = { ...(await this.#places.of(line.start)), start: line.start, became: isRow ? 'another row' : 'no row' };
        this.#claimed.set(line.start, remains);
        return remains;
      }
    }
    return { ...(await this.#places.of(start)), start, became: 'nothing' };
  }
}

/** Whether a line is another with few bytes changed, its line feed among them: then two lines stand in one, or one in two. */
function isLike(line: Buffer, wanted: Buffer): boolean {
  if (line.equals(wanted)) return false;
  if (line.length === wanted.length) return differentBytes(line, wanted) <= MAX_DIFFERENT;
  const [short, long] = line.length < wanted.length ? [line, wanted] : [wanted, line];
  // The shorter half of a split line says little; the longer one is found by itself.
  if (short.length * 2 < wanted.length) return false;
  return short.equals(long.subarray(0, short.length)) || short.equals(long.subarray(long.length - short.length));
}

function differentBytes(a: Buffer, b: Buffer): number {
  let count = 0;
  for (let at = 0; at < a.length && count <= MAX_DIFFERENT; at++) if (a[at] !== b[at]) count++;
  return count;
}

/** The lines of bytes that end with a line feed and begin at a position. */
function* linesFrom(bytes: Buffer, start: number): Generator<Line> {
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, at);
    const line = bytes.subarray(at, end);
    yield { bytes: line, text: line.toString('utf8'), start: start + at };
    at = end + 1;
  }
}
