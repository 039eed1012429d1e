/** What is gathered of all steps: a question goes on from what one before it found, and looks only at what came since. */
import type { Pieces, StepColumn, View } from '../projection/table/table.ts';

type Gathering<Found extends object> = Readonly<{
  /** The same only where the same is gathered. */
  name: string;
  /** What was found before, or nothing, as one's own and with room for what the view knows. */
  copy: (found?: Found) => Found;
  /** Adds what some steps tell. */
  add: (found: Found, steps: Pieces<StepColumn>) => Promise<unknown>;
  /** About what it takes. */
  bytes: (found: Found) => number;
}>;

/** `found`: of the first so many steps. */
type Kept<Found> = Readonly<{ steps: number; found: Found }>;

/** What is gathered of all steps of a view; of full blocks it is kept for the next. As of before what is kept, all of them are looked at. */
export async function gathered<Found extends object>(view: View, { name, copy, add, bytes }: Gathering<Found>): Promise<Found> {
  const [end, { size }] = [view.count('durations'), view.blocks('durations')];
  const full = end - (end % size);
  const kept = view.recall<Kept<Found>>(name);
  const before = kept && kept.steps <= end ? kept : undefined;
  const found = copy(before?.found);
  const from = before?.steps ?? 0;
  if (from < full) {
    await add(found, view.rowsBetween('durations', from, full));
    if ((kept?.steps ?? 0) < full) view.remember(name, { steps: full, found: copy(found) }, name.length + bytes(found));
  }
  await add(found, view.rowsBetween('durations', Math.max(from, full), end));
  return found;
}
