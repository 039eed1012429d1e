import { createContext, use } from 'react';
import { useSearch } from 'wouter';
import { navigate } from 'wouter/use-browser-location';
import type { Bucket, ExtentQuery, MetricFilter } from '../generated/graphql.ts';
import { filterOf, namesOf } from './choice.ts';
import { bucketFor, spanMs, type WindowChoice } from './span.ts';
import { readView, START, type View, writeView } from './view.ts';

/** The view with what the history decides. */
export type Shown = View &
  Readonly<{
    chosen: WindowChoice;
    /** The window and names, as every question takes them. */
    filter: MetricFilter;
    /** The same without the window. */
    names: MetricFilter;
    bucketOf: (picture: 'lines' | 'cells') => Bucket;
    history: Omit<NonNullable<ExtentQuery['all']>, 'asOf'>;
  }>;

export const ShownContext = createContext<Shown | undefined>(undefined);

/** What is shown: below the frame of the page, which knows the history. */
export function useShown(): Shown {
  const shown = use(ShownContext);
  if (!shown) throw new Error('useShown is for parts of a page, within ShownContext');
  return shown;
}

/** The view of the address; the same object while that is the same. */
export function useView(): View {
  const search = useSearch();
  if (latest?.search !== search) latest = { search, view: readView(search) };
  return latest.view;
}

/** Every link of a page asks for the same one. */
let latest: Readonly<{ search: string; view: View }> | undefined;

/** Before a history is known. */
export const NO_HISTORY: Shown['history'] = { from: null, to: null, current: { executions: 0, steps: 0, cancelled: 0 } };

export function shownView(view: View, history: Shown['history'], suitable: WindowChoice): Shown {
  const chosen = view.window ?? suitable;
  const span = spanMs(chosen, history);
  return {
    ...view,
    chosen,
    names: namesOf(view),
    filter: filterOf(view, suitable),
    bucketOf: picture => view.bucket ?? bucketFor(picture, span),
    history,
  };
}

/** Shows another view of the same page; the browser's back button brings this one back. Other rows are shown from their start. */
export function changeView(change: Partial<View>): void {
  const begun = 'page' in change || 'earlier' in change || 'colours' in change ? {} : START;
  navigate(addressOf(location.pathname, { ...readView(location.search), ...begun, ...change }));
}

/** A page with a view. */
export function addressOf(path: string, view: View): string {
  const search = writeView(view);
  return search === '' ? path : `${path}?${search}`;
}
