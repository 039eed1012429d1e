import { type ReactNode, useMemo } from 'react';
import type { MetricFilter } from '../generated/graphql.ts';
import { type Shown, ShownContext, useShown } from './use-view.ts';

/** The same view of one pattern or plugin alone: what is shown within it asks about these rows only. */
export function narrowed(shown: Shown, to: Pick<MetricFilter, 'patternIds' | 'plugins'>): Shown {
  return { ...shown, filter: { ...shown.filter, ...to }, names: { ...shown.names, ...to } };
}

export function Narrowed({ patternId, plugin, children }: { patternId?: string; plugin?: string; children: ReactNode }) {
  const shown = useShown();
  const inner = useMemo(
    () =>
      narrowed(shown, {
        ...(patternId === undefined ? {} : { patternIds: [patternId] }),
        ...(plugin === undefined ? {} : { plugins: [plugin] }),
      }),
    [shown, patternId, plugin],
  );
  return <ShownContext value={inner}>{children}</ShownContext>;
}
