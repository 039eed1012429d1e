import type { ExecutionStatus } from '../generated/graphql.ts';

/** How a run ended: a word, a sign and a colour, since colour alone would not tell. */
export const STATUS: Record<ExecutionStatus, Readonly<{ word: string; sign: string; mood: string }>> = {
  SUCCESS: { word: 'succeeded', sign: '●', mood: 'good' },
  FAILED: { word: 'failed', sign: '✕', mood: 'bad' },
  PARTIAL: { word: 'succeeded in part', sign: '◐', mood: 'warn' },
  CANCELLED: { word: 'was cancelled', sign: '○', mood: 'muted' },
};

/** A status as sign and word. */
export function Status({ status }: { status: ExecutionStatus }) {
  const { word, sign, mood } = STATUS[status];
  return (
    <span className={mood}>
      {sign} {word}
    </span>
  );
}
