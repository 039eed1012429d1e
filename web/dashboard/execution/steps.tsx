import { pluginPath } from '../app/place.ts';
import type { Figures } from '../figures/figures.ts';
import { FiguresTable } from '../figures/figures-table.tsx';
import { counted, duration } from '../figures/format.ts';
import type { StepStatus } from '../generated/graphql.ts';
import { byPhase, hasTimes, type PhaseBar, type Step, type TimedStep, timed } from './step-times.ts';

const STATUS: Record<StepStatus, Readonly<{ sign: string; word: string; mood: string }>> = {
  SUCCESS: { sign: '●', word: 'succeeded', mood: 'good' },
  FAILED: { sign: '✕', word: 'failed', mood: 'bad' },
  SKIPPED: { sign: '–', word: 'skipped', mood: 'muted' },
};

/** Steps on a time line where they say when they began; else bars by phase, and the steps as a list. */
export function Steps({ steps, startedAt }: { steps: readonly Step[]; startedAt: string }) {
  if (hasTimes(steps)) {
    const { rows, spanMs } = timed(steps);
    return (
      <>
        <p className="sentence">The bars show when each step ran, from the start of the first one to {duration(spanMs / 1000)} later.</p>
        <FiguresTable caption="Steps in time" figures={stepFigures(rows, startedAt)} />
      </>
    );
  }
  const bars = byPhase(steps);
  return (
    <>
      <p className="sentence">Its steps do not say when they began. The bars show how much time each phase took.</p>
      <FiguresTable caption="Time by phase" figures={phaseFigures(bars)} />
      <FiguresTable caption="Steps" figures={stepFigures(steps, startedAt)} />
    </>
  );
}

function stepFigures(
  rows: readonly (Step & Partial<Pick<TimedStep, 'left' | 'width'>>)[],
  startedAt: string,
): Figures<Step & Partial<Pick<TimedStep, 'left' | 'width'>>> {
  const offset = (step: Step) => (step.startedAt === null ? null : (Date.parse(step.startedAt) - Date.parse(startedAt)) / 1000);
  return {
    rows,
    columns: [
      { name: 'Step', value: row => row.step, shown: row => (row.attempt > 1 ? `${row.step} (attempt ${row.attempt})` : row.step) },
      { name: 'Phase', value: row => row.phase },
      { name: 'Plugin', value: row => row.plugin, link: row => pluginPath(row.plugin) },
      { name: 'Version', value: row => row.pluginVersion, shown: row => row.pluginVersion ?? '' },
      { name: 'Status', value: row => row.status, shown: row => <StepState status={row.status} error={row.errorMessage} /> },
      { name: 'Began after', value: offset, shown: row => duration(offset(row)), numeric: true },
      { name: 'Took', value: row => row.durationMs / 1000, shown: row => duration(row.durationMs / 1000), numeric: true },
      ...(rows.some(({ left }) => left !== undefined)
        ? [
            {
              name: 'Time line',
              value: () => null,
              shown: (row: Partial<TimedStep> & Step) => <Bar left={row.left} width={row.width} mood={STATUS[row.status].mood} />,
            },
          ]
        : []),
    ],
  };
}

function StepState({ status, error }: { status: StepStatus; error: string | null }) {
  const { sign, word, mood } = STATUS[status];
  return (
    <>
      <span className={mood}>
        {sign} {word}
      </span>
      {error && <span className="muted"> {error}</span>}
    </>
  );
}

function phaseFigures(rows: readonly PhaseBar[]): Figures<PhaseBar> {
  return {
    rows,
    columns: [
      { name: 'Phase', value: row => row.phase },
      { name: 'Steps', value: row => row.steps, shown: row => counted(row.steps, 'step') },
      { name: 'Took', value: row => row.durationMs / 1000, shown: row => duration(row.durationMs / 1000), numeric: true },
      { name: 'Share', value: row => row.width, shown: row => <Bar left={0} width={row.width} mood="accent" /> },
    ],
  };
}

/** Shares of the whole width, from 0 to 1. For the eye only: the columns beside it say the same. */
function Bar({ left, width, mood }: { left: number | undefined; width: number | undefined; mood: string }) {
  if (left === undefined || width === undefined) return null;
  return (
    <svg className={`time-bar ${mood}`} viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
      <rect className="rate-track" width="1000" height="12" />
      <rect fill="currentColor" x={1000 * left} width={Math.max(4, 1000 * width)} height="12" />
    </svg>
  );
}
