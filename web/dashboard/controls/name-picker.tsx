import { useState } from 'react';
import { count, shortened } from '../figures/format.ts';
import { matching, type Name, type Names, useNames } from '../search/use-names.ts';
import { Popover } from './popover.tsx';

type Props = Readonly<{ kind: keyof Names; chosen: readonly string[]; onChange: (chosen: string[]) => void }>;

/** As many as one looks through; the others are found by their name. */
const SHOWN = 50;

/** Chooses patterns, plugins or phases, of any number that there are. None chosen: all. */
export function NamePicker({ kind, chosen, onChange }: Props) {
  const [one] = chosen;
  const label = one === undefined ? `All ${kind}` : chosen.length === 1 ? shortened(one, 24) : `${chosen.length} ${kind}`;
  return (
    <Popover label={label} pressed={chosen.length > 0}>
      {() => <Choices kind={kind} chosen={chosen} onChange={onChange} />}
    </Popover>
  );
}

function Choices({ kind, chosen, onChange }: Props) {
  const [text, setText] = useState('');
  const names = useNames(true)[kind];
  const found = matching(names, text);
  const picked = new Set(chosen);
  // What is chosen stays in sight, also a name of the address that no row has.
  const first = chosen.map(key => names.find(name => name.key === key) ?? { key, label: key, uses: 0 });
  const listed: Name[] = [...first, ...found.filter(({ key }) => !picked.has(key)).slice(0, SHOWN)];
  const toggle = (key: string) => onChange(picked.has(key) ? chosen.filter(one => one !== key) : [...chosen, key]);
  return (
    <fieldset className="choices">
      <legend className="unseen">Choose {kind}</legend>
      <input
        type="search"
        aria-label={`Find ${kind}`}
        placeholder={`Find ${kind}`}
        value={text}
        onChange={event => setText(event.target.value)}
      />
      <div className="choice-list">
        {listed.map(({ key, label, uses }) => (
          <label key={key}>
            <input type="checkbox" checked={picked.has(key)} onChange={() => toggle(key)} />
            <bdi title={key}>{label}</bdi> <span className="muted">{count(uses)}</span>
          </label>
        ))}
      </div>
      {found.length > SHOWN && <p className="muted">{count(found.length - SHOWN)} more: find them by name.</p>}
    </fieldset>
  );
}
