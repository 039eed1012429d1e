import { type FormEvent, useRef, useState } from 'react';
import { day, days } from '../figures/format.ts';
import { changeView, type Shown, useShown } from '../view/use-view.ts';
import { fromLocal, toLocal } from './local-time.ts';
import { Popover } from './popover.tsx';

/** A window from and to any minute of the time zone that is shown. */
export function FreeWindow() {
  const shown = useShown();
  const { chosen } = shown;
  const free = chosen !== 'all' && (!('last' in chosen) || chosen.to !== undefined);
  return (
    <Popover label={free ? freeLabel(shown) : 'From – to'} pressed={free}>
      {close => <Edges shown={shown} onDone={close} />}
    </Popover>
  );
}

function freeLabel({ chosen, timeZone }: Shown): string {
  if (chosen === 'all') return 'From – to';
  if ('last' in chosen) return `${chosen.last} to ${chosen.to ? day(chosen.to, timeZone) : 'now'}`;
  const { from, to } = chosen;
  if (from && to) return days(from, to, timeZone);
  return from ? `from ${day(from, timeZone)}` : to ? `to ${day(to, timeZone)}` : 'From – to';
}

function Edges({ shown: { chosen, timeZone, history }, onDone }: { shown: Shown; onDone: () => void }) {
  const given = chosen !== 'all' && !('last' in chosen) ? chosen : { from: history.from ?? undefined, to: history.to ?? undefined };
  const [from, setFrom] = useState(toLocal(given.from, timeZone));
  const [to, setTo] = useState(toLocal(given.to, timeZone));
  const form = useRef<HTMLDivElement>(null);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    const edges = { ...edge('from', from, timeZone), ...edge('to', to, timeZone) };
    changeView({ window: Object.keys(edges).length === 0 ? 'all' : edges });
    onDone();
  };
  const wrong = from !== '' && to !== '' && from >= to;
  return (
    <div ref={form} className="edges">
      <label>
        <span>From</span>
        <input type="datetime-local" value={from} onChange={event => setFrom(event.target.value)} />
      </label>
      <label>
        <span>To (exclusive)</span>
        <input type="datetime-local" value={to} onChange={event => setTo(event.target.value)} aria-invalid={wrong} />
      </label>
      {wrong && <p className="bad">The end must be later than the start.</p>}
      <button type="button" disabled={wrong} onClick={apply}>
        Show
      </button>
    </div>
  );
}

function edge(name: 'from' | 'to', local: string, timeZone: string): Readonly<Record<string, string>> {
  return local === '' ? {} : { [name]: fromLocal(local, timeZone) };
}
