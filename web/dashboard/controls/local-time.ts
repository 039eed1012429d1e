const PARTS: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};

/** An instant as a `datetime-local` field has it, in a time zone: `2026-11-26T14:27`. */
export function toLocal(at: string | undefined, timeZone: string): string {
  if (at === undefined || Number.isNaN(Date.parse(at))) return '';
  const parts = new Map(
    new Intl.DateTimeFormat('en-GB', { ...PARTS, timeZone }).formatToParts(Date.parse(at)).map(({ type, value }) => [type, value]),
  );
  const [year, month, day, hour, minute] = ['year', 'month', 'day', 'hour', 'minute'].map(
    type => parts.get(type as Intl.DateTimeFormatPartTypes) ?? '00',
  );
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** The instant of a local time. Where clocks are moved, one that is twice is the first, and one that is skipped the one after the gap. */
export function fromLocal(local: string, timeZone: string): string {
  const wanted = Date.parse(`${local}:00Z`);
  const [before = 0, after = 0] = [wanted - DAY_MS, wanted + DAY_MS].map(at => offsetMs(at, timeZone));
  const fitting = [wanted - before, wanted - after].filter(at => at + offsetMs(at, timeZone) === wanted);
  return new Date(fitting.length > 0 ? Math.min(...fitting) : wanted - before).toISOString();
}

const DAY_MS = 86_400_000;

/** What the clocks of a zone are ahead of UTC. */
function offsetMs(at: number, timeZone: string): number {
  return Date.parse(`${toLocal(new Date(at).toISOString(), timeZone)}:00Z`) - Math.floor(at / 60_000) * 60_000;
}
