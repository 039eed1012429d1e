import { navigate } from 'wouter/use-browser-location';
import { addressOf, useView } from './use-view.ts';
import { START } from './view.ts';

/** Goes to a page that shows the same view. */
export function useOpenPage(): (path: string) => void {
  const view = useView();
  return path => navigate(addressOf(path, { ...view, ...START }));
}
