/**
 * The clocks of IANA time zones. The offsets are Node's own (Intl), as current as its time zone data; what stands here is how to
 * ask for them by the second. Libraries were measured instead: luxon takes 50 µs for a look-up and misses the first of two
 * midnights, polyfills of Temporal take 35 to 100 µs; this takes 1.
 */
import { LRUCache } from 'lru-cache';
import { MetricsError } from '../errors.ts';

/** The offset from UTC at an instant, in seconds, east positive. Instants are whole seconds since 1970. */
export type Clock = (instant: number) => number;

const DAY = 86_400;
const NAME = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;
const FIELDS = /^(\d+)\/(\d+)\/(\d+) ([AB])\w*, (\d+):(\d+):(\d+)$/;

/** Of the zones asked for last; a name may be written in many ways. */
const clocks = new LRUCache<string, Clock>({ max: 100 });
/** Offsets that a clock remembers: of some twenty years of days. */
const MAX_OFFSETS = 20_000;

/** The clock of a zone. BAD_USER_INPUT for a name that Node's time zone data does not have. */
export function clockOf(timeZone: string): Clock {
  const clock = clocks.get(timeZone) ?? remembering(readingClock(timeZone));
  clocks.set(timeZone, clock);
  return clock;
}

/** Every question of a calendar asks for the same midnights. */
function remembering(clock: Clock): Clock {
  const offsets = new Map<number, number>();
  return instant => {
    const known = offsets.get(instant);
    if (known !== undefined) return known;
    if (offsets.size >= MAX_OFFSETS) offsets.clear();
    const offset = clock(instant);
    offsets.set(instant, offset);
    return offset;
  };
}

function readingClock(timeZone: string): Clock {
  const format = formatIn(timeZone);
  return instant => {
    const [, month, day, year, era, hour, minute, second] = FIELDS.exec(format.format(instant * 1000)) ?? [];
    const date = new Date(0).setUTCFullYear(era === 'B' ? 1 - Number(year) : Number(year), Number(month) - 1, Number(day)) / 1000;
    return date + (Number(hour) * 60 + Number(minute)) * 60 + Number(second) - instant;
  };
}

function formatIn(timeZone: string): Intl.DateTimeFormat {
  try {
    // Later versions of Node take offsets such as +05:30 as well: no zone, and not the same answer everywhere.
    if (!NAME.test(timeZone)) throw new RangeError('no name of a zone');
    const number = 'numeric';
    const fields = { year: number, month: number, day: number, hour: number, minute: number, second: number, era: 'short' } as const;
    return new Intl.DateTimeFormat('en-US', { ...fields, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23', timeZone });
  } catch (error) {
    const shown = JSON.stringify(timeZone.slice(0, 40));
    throw new MetricsError('BAD_USER_INPUT', `timeZone must be an IANA time zone, such as Europe/Berlin or UTC; it is ${shown}`, {
      field: ['timeZone'],
      cause: error,
    });
  }
}

/** The first instant at which another offset holds than at `from`; `to` must have another one. */
export function changeBetween(clock: Clock, from: number, to: number): number {
  const before = clock(from);
  let [same, other] = [from, to];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (clock(middle) === before) same = middle;
    else other = middle;
  }
  return other;
}

/**
 * The first instant at which the clock shows a local midnight or later, where it may be moved over midnight, back past it, or over
 * the whole day. `midnight`: as if it were UTC.
 */
export function firstInstant(clock: Clock, midnight: number): number {
  // No offset reaches a day, so that the instant lies between.
  const [before, after] = [clock(midnight - DAY), clock(midnight + DAY)];
  if (before === after) return midnight - before;
  const change = changeBetween(clock, midnight - DAY, midnight + DAY);
  return midnight - before < change ? midnight - before : Math.max(change, midnight - after);
}
