import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { executionPath, patternPath, pluginPath } from '../app/place.ts';
import { useOpenPage } from '../view/use-open-page.ts';
import { matching, type Names, useNames } from './use-names.ts';

type Hit = Readonly<{ kind: string; label: string; path: string }>;

/** Of each kind: what does not fit is found by a longer text. */
const HITS = 8;

/** Goes to a pattern, a plugin or an execution by its name. `/` brings the cursor here. */
export function Search() {
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const openPage = useOpenPage();
  const names = useNamesOnce(open);
  const hits = text.trim() === '' ? [] : hitsOf(names, text);
  useSlash(input);
  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    openPage(hit.path);
    setText('');
    setOpen(false);
    input.current?.blur();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive(Math.min(active + 1, hits.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0));
    else if (event.key === 'Enter') go(hits[active]);
    else if (event.key === 'Escape') setOpen(false);
    else return;
    event.preventDefault();
  };
  const listing = open && hits.length > 0;
  return (
    <search className="search">
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label="Search patterns, plugins and executions"
        aria-expanded={listing}
        aria-controls={`${id}-hits`}
        aria-autocomplete="list"
        aria-activedescendant={listing ? `${id}-${active}` : undefined}
        placeholder="Search  /"
        value={text}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onChange={event => {
          setText(event.target.value);
          setActive(0);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
      />
      <div role="listbox" id={`${id}-hits`} aria-label="Found" className="hits" hidden={!listing}>
        {hits.map((hit, place) => (
          // Pressed, not clicked: the input would lose the focus, and the list would close before.
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the input, which names the active option
          <div
            role="option"
            key={hit.path}
            id={`${id}-${place}`}
            aria-selected={place === active}
            onMouseDown={event => {
              event.preventDefault();
              go(hit);
            }}
          >
            <bdi>{hit.label}</bdi> <span className="muted">{hit.kind}</span>
          </div>
        ))}
      </div>
    </search>
  );
}

/** Asked for at the first focus, and kept from then on. */
function useNamesOnce(open: boolean): Names {
  const [wanted, setWanted] = useState(false);
  if (open && !wanted) setWanted(true);
  return useNames(wanted);
}

function hitsOf({ patterns, plugins }: Names, text: string): Hit[] {
  return [
    ...matching(patterns, text)
      .slice(0, HITS)
      .map(({ key, label }) => ({ kind: 'pattern', label, path: patternPath(key) })),
    ...matching(plugins, text)
      .slice(0, HITS)
      .map(({ key, label }) => ({ kind: 'plugin', label, path: pluginPath(key) })),
    { kind: 'execution with this id', label: text.trim(), path: executionPath(text.trim()) },
  ];
}

function useSlash(input: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, select');
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [input]);
}
