import { count } from '../figures/format.ts';

/** Rows of a page: as many as an eye takes in, and as a browser draws at once. */
export const ROWS = 25;

/** From 0. */
export function lastPage(plugins: number): number {
  return Math.max(0, Math.ceil(plugins / ROWS) - 1);
}

/** Goes through all plugins, the most used first. */
export function PluginPages({ page, total, onPage }: { page: number; total: number; onPage: (page: number) => void }) {
  const last = lastPage(total);
  if (last === 0) return null;
  return (
    <span className="steps">
      <button type="button" disabled={page === 0} onClick={() => onPage(page - 1)} aria-label="Plugins used more">
        ‹
      </button>
      <span>
        plugins {count(page * ROWS + 1)} to {count(Math.min(total, (page + 1) * ROWS))} of {count(total)}, by use
      </span>
      <button type="button" disabled={page >= last} onClick={() => onPage(page + 1)} aria-label="Plugins used less">
        ›
      </button>
    </span>
  );
}
