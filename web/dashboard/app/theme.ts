import { useSyncExternalStore } from 'react';
import type { Theme } from '../charts/palette.ts';

/** A habit of the reader, not part of what is shown: kept by the browser, not by the address. */
const PLACE = 'orchestrator-metrics.theme';
const SYSTEM_DARK = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function chosen(): Theme | undefined {
  const kept = localStorage.getItem(PLACE);
  return kept === 'light' || kept === 'dark' ? kept : undefined;
}

export function theme(): Theme {
  return chosen() ?? (SYSTEM_DARK.matches ? 'dark' : 'light');
}

/** Puts the theme on the document, where the style sheet looks. Before the first paint, and after each change. */
export function applyTheme(): void {
  document.documentElement.dataset['theme'] = theme();
  for (const listener of listeners) listener();
}

export function switchTheme(): void {
  localStorage.setItem(PLACE, theme() === 'dark' ? 'light' : 'dark');
  applyTheme();
}

SYSTEM_DARK.addEventListener('change', applyTheme);

export function useTheme(): Theme {
  return useSyncExternalStore(listener => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, theme);
}
