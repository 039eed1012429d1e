import { memo } from 'react';
import type { Bucket } from '../generated/graphql.ts';
import type { WindowChoice } from '../view/span.ts';
import { changeView, useShown } from '../view/use-view.ts';
import { BUCKETS, browserTimeZone } from '../view/view.ts';
import { FreeWindow } from './free-window.tsx';
import { NamePicker } from './name-picker.tsx';

const PRESETS: readonly (readonly [label: string, choice: WindowChoice])[] = [
  ['24 h', { last: 'PT24H' }],
  ['7 d', { last: 'P7D' }],
  ['30 d', { last: 'P30D' }],
  ['90 d', { last: 'P90D' }],
  ['1 y', { last: 'P1Y' }],
  ['All', 'all'],
];

/** What is shown: every choice is in the address. */
export const Controls = memo(() => {
  const { chosen, bucket, timeZone, patternIds, plugins, phases, bucketOf } = useShown();
  const filtered = patternIds.length + plugins.length + phases.length > 0;
  return (
    <form className="controls" aria-label="What is shown" onSubmit={event => event.preventDefault()}>
      <fieldset className="presets">
        <legend className="unseen">Window</legend>
        {PRESETS.map(([label, choice]) => (
          <button key={label} type="button" aria-pressed={same(choice, chosen)} onClick={() => changeView({ window: choice })}>
            {label}
          </button>
        ))}
        <FreeWindow />
      </fieldset>
      <label>
        <span>Bucket</span>
        <select value={bucket ?? ''} onChange={event => changeView({ bucket: BUCKETS.find(one => one === event.target.value) })}>
          <option value="">auto ({bucketWord(bucketOf('cells'))})</option>
          {BUCKETS.map(one => (
            <option key={one} value={one}>
              {bucketWord(one)}
            </option>
          ))}
        </select>
      </label>
      <TimeZone value={timeZone} />
      <NamePicker kind="patterns" chosen={patternIds} onChange={names => changeView({ patternIds: names })} />
      <NamePicker kind="plugins" chosen={plugins} onChange={names => changeView({ plugins: names })} />
      <NamePicker kind="phases" chosen={phases} onChange={names => changeView({ phases: names })} />
      {filtered && (
        <button type="button" onClick={() => changeView({ patternIds: [], plugins: [], phases: [] })}>
          Clear filters
        </button>
      )}
    </form>
  );
});

function bucketWord(bucket: Bucket): string {
  return bucket.toLowerCase();
}

function same(a: WindowChoice, b: WindowChoice): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter(zone => zone !== 'UTC')];

function TimeZone({ value }: { value: string }) {
  const zones = ZONES.includes(value) ? ZONES : [value, ...ZONES];
  return (
    <label>
      <span>Time zone</span>
      <select className="zone" value={value} onChange={event => changeView({ timeZone: event.target.value })}>
        {zones.map(zone => (
          <option key={zone} value={zone}>
            {zone.replaceAll('_', ' ')}
            {zone === browserTimeZone() ? ' (yours)' : ''}
          </option>
        ))}
      </select>
    </label>
  );
}
