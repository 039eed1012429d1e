import type { ReactNode } from 'react';
import { countsDiffer, differenceOf, type Estimate, sizesOf } from '../figures/difference.ts';
import { count, counted, duration, durationInterval, interval, NONE, percent } from '../figures/format.ts';
import { Rate } from '../figures/rate.tsx';
import type { HealthQuery } from '../generated/graphql.ts';
import { FEW_RUNS } from '../view/default-window.ts';
import { windowBefore } from '../view/span.ts';
import { useShown } from '../view/use-view.ts';
import { RunDots } from './run-dots.tsx';

type Overview = NonNullable<HealthQuery['overview']>;
type Totals = Overview['current'];
type Runs = HealthQuery['recordedExecutions'];

/** Are we all right? What happened in the window, against the window before it, and whether the difference is real. */
export function Health({ overview: { current, previous }, runs }: { overview: Overview; runs: Runs }) {
  return (
    <section className="health" aria-label="Are we all right?">
      <Verdict current={current} previous={previous} />
      <div className="tiles">
        <Tile title="Executions" value={count(current.executions)}>
          {previous ? <Versus text={`${count(previous.executions)} before`} sign={countSign(current, previous)} /> : scale(current)}
        </Tile>
        <Tile title="Success rate" value={<Rate rate={current.successRate} />}>
          {previous && <Versus text={beforeText(previous)} sign={rateSign(current, previous)} />}
        </Tile>
        <Tile title="Median duration" value={<Median {...current} />}>
          {previous && (
            <>
              <Versus text={medianBeforeText(previous)} sign={medianSign(current, previous)} />; p95 now{' '}
              {duration(current.durations.p95Seconds)}
            </>
          )}
        </Tile>
      </div>
      {current.executions < FEW_RUNS && runs && <FewRuns current={current} runs={runs} />}
    </section>
  );
}

function scale({ patterns, plugins, steps }: Totals): string {
  return `${counted(patterns, 'pattern')}, ${counted(plugins, 'plugin')}, ${counted(steps, 'step')}`;
}

function beforeText({ successRate }: Totals): string {
  return successRate.total === 0
    ? 'none before'
    : `${percent(successRate.value)} of ${count(successRate.total)} before (${interval(successRate)})`;
}

function medianBeforeText({ durations: { n, medianSeconds }, medianInterval }: Totals): string {
  if (n === 0) return 'none before';
  return `${duration(medianSeconds)} before${medianInterval ? ` (${durationInterval(medianInterval)})` : ''}`;
}

/** The answer in words. */
function Verdict({ current, previous }: { current: Totals; previous: Totals | null }) {
  const { text, mood } = verdictOf(current, previous, windowBefore(useShown().chosen));
  return <p className={`verdict ${mood}`}>{text}</p>;
}

function verdictOf({ successRate, executions }: Totals, previous: Totals | null, before: string): { text: string; mood: string } {
  if (executions === 0) return { text: 'No execution ended in this window.', mood: '' };
  const now = `${percent(successRate.value)} of ${counted(executions, 'execution')} succeeded`;
  const difference = previous ? differenceOf(successRate, previous.successRate) : undefined;
  if (executions < FEW_RUNS && !difference?.real) return { text: `${now}: too few to judge by.`, mood: '' };
  if (!difference) return { text: previous ? `${now}; there is nothing before to compare it with.` : `${now} in all.`, mood: '' };
  const { value, real } = difference;
  if (!real) return { text: `${now}, as far as can be told like ${before}: ${points(value)} can be chance.`, mood: 'calm' };
  const [least, most] = sizesOf(difference);
  const range = `by ${points(least)} to ${points(most)}`;
  return value < 0
    ? { text: `▼ ${now}, ${points(value)} less than ${before}. The drop is real: ${range}.`, mood: 'bad' }
    : { text: `▲ ${now}, ${points(value)} more than ${before}. The rise is real: ${range}.`, mood: 'good' };
}

/** Of 100, without a sign. */
function points(difference: number): string {
  return `${Math.abs(100 * difference).toFixed(1)} points`;
}

function rateSign(now: Totals, before: Totals): string {
  const difference = differenceOf(now.successRate, before.successRate);
  if (!difference?.real) return difference ? '≈ can be chance' : '';
  return difference.value < 0 ? '▼ real' : '▲ real';
}

/** By how much, too: the verdict tells it of the rate alone. */
function medianSign(now: Totals, before: Totals): string {
  if (now.durations.n === 0 || before.durations.n === 0) return '';
  const difference = differenceOf(medianOf(now), medianOf(before));
  if (!difference) return 'too few to judge by';
  if (!difference.real) return '≈ can be chance';
  const range = sizesOf(difference).map(duration).join(' to ');
  return difference.value < 0 ? `▼ real: ${range} shorter` : `▲ real: ${range} longer`;
}

function medianOf({ durations, medianInterval }: Totals): Estimate {
  const { lowerSeconds = null, upperSeconds = null } = medianInterval ?? {};
  return { value: durations.medianSeconds, lower: lowerSeconds, upper: upperSeconds };
}

function countSign(now: Totals, before: Totals): string {
  if (!countsDiffer(now.executions, before.executions)) return '≈ can be chance';
  return now.executions < before.executions ? '▼ fewer' : '▲ more';
}

function Tile({ title, value, children }: { title: string; value: ReactNode; children?: ReactNode }) {
  return (
    <div className="card tile">
      <h2>{title}</h2>
      <div className="tile-value">{value}</div>
      <div className="tile-note">{children}</div>
    </div>
  );
}

/** As a rate is shown: with its interval, and n. */
function Median({ durations: { n, medianSeconds }, medianInterval }: Totals) {
  return (
    <span className="rate">
      {duration(medianSeconds)}
      <span className="rate-n">{`${medianInterval ? `${durationInterval(medianInterval)} · ` : ''}n ${count(n)}`}</span>
    </span>
  );
}

function Versus({ text, sign }: { text: string; sign: string }) {
  return (
    <>
      {text}
      {sign && <strong> {sign}</strong>}
    </>
  );
}

/** With few runs each of them is shown, and what they cannot say. */
function FewRuns({ current: { executions, successRate }, runs }: { current: Totals; runs: NonNullable<Runs> }) {
  const others = executions - runs.edges.filter(({ node }) => node.status !== 'CANCELLED').length;
  return (
    <div className="card few">
      <h2>Every run of this window</h2>
      <RunDots runs={runs.edges.map(({ node }) => node)} />
      <p>
        {executions === 0
          ? 'Nothing can be concluded from no runs.'
          : `From ${counted(executions, 'run')} the success rate can be anything from ${percent(successRate.lower)} to ${percent(successRate.upper) ?? NONE}: all but the largest differences cannot be told from chance yet. From ${FEW_RUNS} runs on this page begins to.`}
        {others > 0 &&
          ` ${counted(others, 'run')} of other programs ${others === 1 ? 'is' : 'are'} counted, but not shown: only their rows are known.`}
      </p>
    </div>
  );
}
