/**
 * A line of the journal read on from place to place, in its bytes. Each `read…` and `skip…` moves behind what it names, and the comma
 * behind a field with it; where that does not stand there in the form that this program writes, the cursor is lost for good.
 */
import type { Base } from './journal-row.ts';
import { parseTimestamp } from './timestamp.ts';

/** What stands for the text between two places in UTF-8 bytes; for names, which stand again and again. */
export type NameOf<Name> = (bytes: Buffer, start: number, end: number) => Name;

const [SPACE, QUOTE, COMMA, ZERO, NINE, BACKSLASH] = [32, 34, 44, 48, 57, 92];
const [COLON_BYTES, COMMA_BYTES] = [Buffer.from(':'), Buffer.from(',')];
const TIME_LENGTH = '2025-11-07T00:00:00.000Z'.length;
const HOUR_LENGTH = '2025-11-07T00'.length;
/** What stands in a timestamp behind the hour: the rest is digits. */
const MINUTES = ':00:00.000Z,';
/** More digits than a number holds exactly. */
const MAX_DIGITS = 15;

export class LineCursor<Name> {
  readonly #nameOf: NameOf<Name>;
  /** Answered instead of a name where the cursor is lost. */
  readonly #none: Name;
  #bytes: Buffer = Buffer.alloc(0);
  #end = 0;
  at = 0;
  lost = false;
  /** The last hour read, which most rows share. */
  readonly #hour = Buffer.alloc(HOUR_LENGTH);
  #hourMs = 0;

  constructor(nameOf: NameOf<Name>, none: Name) {
    this.#nameOf = nameOf;
    this.#none = none;
  }

  /** Goes to the beginning of what stands between two places. */
  begin(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.at = start;
    this.#end = end;
    this.lost = false;
  }

  /** Whether it stood there. */
  tries(literal: Buffer): boolean {
    const [bytes, at] = [this.#bytes, this.at];
    for (let index = 0; index < literal.length; index++) if (bytes[at + index] !== literal[index]) return false;
    this.at += literal.length;
    return true;
  }

  skip(literal: Buffer): void {
    if (!this.tries(literal)) this.lost = true;
  }

  /** A field without quotes. */
  skipPlain(): void {
    const [bytes, end] = [this.#bytes, this.#end];
    let at = this.at;
    for (; at < end && bytes[at] !== COMMA; at++) if (bytes[at] === QUOTE) this.lost = true;
    if (at >= end) this.lost = true;
    this.at = at + 1;
  }

  readPlain(): string {
    const start = this.at;
    this.skipPlain();
    return this.lost ? '' : this.#bytes.toString('utf8', start, this.at - 1);
  }

  readName(): Name {
    const start = this.at;
    this.skipPlain();
    return this.lost ? this.#none : this.#nameOf(this.#bytes, start, this.at - 1);
  }

  /** A name in the JSON of a quoted field, up to the two quotes that end it; one with an escape is not in the usual form. */
  readJsonName(): Name {
    const [bytes, end, start] = [this.#bytes, this.#end, this.at];
    let at = start;
    for (; at < end && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH || (bytes[at] ?? 0) < SPACE) this.lost = true;
    if (at >= end || bytes[at + 1] !== QUOTE) this.lost = true;
    this.at = at + 2;
    return this.lost ? this.#none : this.#nameOf(bytes, start, at);
  }

  /** Text in the JSON of a quoted field, whatever its escapes. */
  skipJsonText(): void {
    const [bytes, end] = [this.#bytes, this.#end];
    let at = this.at;
    while (at < end && bytes[at] !== QUOTE) at += bytes[at] !== BACKSLASH ? 1 : bytes[at + 1] === QUOTE ? 3 : 2;
    if (at >= end || bytes[at + 1] !== QUOTE) this.lost = true;
    this.at = at + 2;
  }

  skipField(): void {
    if (this.#bytes[this.at] === QUOTE) this.#skipQuoted();
    else this.skipPlain();
  }

  /** A field as it stands in the line, quotes and escapes included. */
  readField(): string {
    const start = this.at;
    this.skipField();
    return this.lost ? '' : this.#bytes.toString('utf8', start, this.at - 1);
  }

  #skipQuoted(): void {
    const [bytes, end] = [this.#bytes, this.#end];
    let at = this.at + 1;
    while (at < end && !(bytes[at] === QUOTE && bytes[at + 1] !== QUOTE)) at += bytes[at] === QUOTE ? 2 : 1;
    if (at >= end || bytes[at + 1] !== COMMA) this.lost = true;
    this.at = at + 2;
  }

  /** A whole number; what ends it stays. */
  readNumber(): number {
    const [bytes, start] = [this.#bytes, this.at];
    let [at, value] = [start, 0];
    for (let byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[++at] ?? 0) value = value * 10 + byte - ZERO;
    if (at === start || at - start > MAX_DIGITS || (bytes[start] === ZERO && at > start + 1)) this.lost = true;
    this.at = at;
    return value;
  }

  /** Three whole numbers between colons, before a comma: where the shared logs stood. */
  readBase(): Base {
    const durations = this.readNumber();
    this.skip(COLON_BYTES);
    const success_rates = this.readNumber();
    this.skip(COLON_BYTES);
    const plugin_usage = this.readNumber();
    this.skip(COMMA_BYTES);
    return { durations, success_rates, plugin_usage };
  }

  /** A timestamp, in milliseconds since 1970. */
  readTime(): number {
    const [bytes, start] = [this.#bytes, this.at];
    this.at += TIME_LENGTH + 1;
    for (let index = 0; index < MINUTES.length; index++) {
      const [byte, form] = [bytes[start + HOUR_LENGTH + index] ?? 0, MINUTES.charCodeAt(index)];
      if (form === ZERO ? byte < ZERO || byte > NINE : byte !== form) this.lost = true;
    }
    const [minute, second] = [this.#twoDigits(start + 14), this.#twoDigits(start + 17)];
    if (this.lost || minute > 59 || second > 59 || !this.#readHour(start)) {
      this.lost = true;
      return 0;
    }
    const milliseconds = (bytes[start + 20] as number) * 100 + this.#twoDigits(start + 21) - ZERO * 100;
    return this.#hourMs + (minute * 60 + second) * 1000 + milliseconds;
  }

  #readHour(start: number): boolean {
    const bytes = this.#bytes;
    let same = 0;
    while (same < HOUR_LENGTH && bytes[start + same] === this.#hour[same]) same++;
    if (same === HOUR_LENGTH) return true;
    const milliseconds = parseTimestamp(`${bytes.toString('latin1', start, start + HOUR_LENGTH)}:00:00.000Z`);
    if (milliseconds === undefined) return false;
    bytes.copy(this.#hour, 0, start, start + HOUR_LENGTH);
    this.#hourMs = milliseconds;
    return true;
  }

  #twoDigits(at: number): number {
    return ((this.#bytes[at] ?? 0) - ZERO) * 10 + (this.#bytes[at + 1] ?? 0) - ZERO;
  }
}
