import { learnRow, newSubject } from '../src/query/judgement/series.ts';
import { normal, random } from '../test/support/random.ts';

const ROWS = 1000;
const SEED = 2;

type Draw = () => number;
/** A row of a series; `level` is of its success rate, or a factor of its durations. */
type Truth = (draw: Draw, level: number) => { success: boolean; us: number };

const outcome: Truth = (draw, level) => ({ success: draw() < level, us: 1e6 });
const logNormal: Truth = (draw, level) => ({ success: true, us: level * 1e6 * Math.exp(0.5 * normal(draw)) });
const exponential: Truth = (draw, level) => ({ success: true, us: -level * 1e6 * Math.log(1 - draw()) });
const twoKinds: Truth = (draw, level) => ({ success: true, us: level * 1e6 * Math.exp(0.2 * normal(draw) + (draw() < 0.3 ? 2 : 0)) });

const STEADY = [
  ...[0.5, 0.7, 0.8, 0.92, 0.98].map(rate => ({ what: `success rate ${rate.toFixed(2)}`, truth: outcome, level: rate })),
  { what: 'log-normal durations', truth: logNormal, level: 1 },
  { what: 'exponential durations', truth: exponential, level: 1 },
  { what: 'durations of two kinds', truth: twoKinds, level: 1 },
];

const MOVING = [
  { what: 'success rate 0.92 to 0.71', truth: outcome, from: 0.92, to: 0.71 },
  { what: 'success rate 0.71 to 0.92', truth: outcome, from: 0.71, to: 0.92 },
  { what: 'success rate 0.92 to 0.50', truth: outcome, from: 0.92, to: 0.5 },
  { what: 'success rate 0.92 to 0.85', truth: outcome, from: 0.92, to: 0.85 },
  { what: 'log-normal durations, half as long again', truth: logNormal, from: 1, to: 1.5 },
  { what: 'log-normal durations, twice as long', truth: logNormal, from: 1, to: 2 },
];
/** Rows before the change, and the longest wait for it. */
const BEFORE = 500;
const LONGEST = 3000;

/** The row after which a change is confirmed; undefined where none is in so many rows. */
function confirmedAfter(rows: number, rowAt: (n: number) => ReturnType<Truth>): number | undefined {
  const subject = newSubject();
  for (let n = 1; n <= rows; n++) {
    learnRow(subject, { at: n, parts: [], ...rowAt(n) });
    if (subject.outcome.found.length + subject.duration.found.length > 0) return n;
  }
  return undefined;
}

/** Page's CUSUM for a fall between two known rates: the row after which it reaches `bar`. Source: E. S. Page, "Continuous inspection schemes" (1954). */
function cusumAfter(rows: number, bar: number, draw: Draw, rateAt: (n: number) => number): number | undefined {
  const [good, bad] = [Math.log(0.71 / 0.92), Math.log(0.29 / 0.08)];
  for (let n = 1, sum = 0; n <= rows; n++) {
    sum = Math.max(0, sum + (draw() < rateAt(n) ? good : bad));
    if (sum >= bar) return n;
  }
  return undefined;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What is called changed that is not, and how long what has changed takes to be confirmed. */
export async function changes(series: number): Promise<string> {
  const few = Math.ceil(series / 10);
  const steady = STEADY.map(({ what, truth, level }) => {
    const draw = random(SEED);
    const wrong = Array.from({ length: series }, () => confirmedAfter(ROWS, () => truth(draw, level))).filter(Boolean).length;
    return `| ${what} | ${((100 * wrong) / series).toFixed(2)} % |`;
  });
  const moving = MOVING.map(({ what, truth, from, to }) => {
    const draw = random(SEED);
    const found = Array.from({ length: few }, () => confirmedAfter(BEFORE + LONGEST, n => truth(draw, n <= BEFORE ? from : to)));
    const delays = found.filter((n): n is number => n !== undefined && n > BEFORE).map(n => n - BEFORE);
    const median = delays.toSorted((a, b) => a - b)[delays.length >> 1];
    const missed = found.filter(n => n === undefined).length;
    return `| ${what} | ${mean(delays).toFixed(0)} | ${median} | ${missed} of ${few} |`;
  });
  const cusum = [4, 5, 6, 7, 8].map(bar => {
    const draw = random(SEED);
    const wrong = Array.from({ length: series }, () => cusumAfter(ROWS, bar, draw, () => 0.92)).filter(Boolean).length;
    const delays = Array.from({ length: few }, () => cusumAfter(LONGEST, bar, draw, () => 0.71) ?? LONGEST);
    return `| ${bar} | ${((100 * wrong) / series).toFixed(2)} % | ${mean(delays).toFixed(0)} |`;
  });
  return `Changes that are CONFIRMED, each series looked at after every row. Of ${series.toLocaleString('en')} series of ${ROWS.toLocaleString('en')} rows whose level never moves, the share that is called changed:

| series | false alarms |
| --- | --- |
${steady.join('\n')}

Rows from a change after ${BEFORE} rows until it is confirmed, without knowing either level, over ${few.toLocaleString('en')} series:

| change | mean | median | not found in ${LONGEST.toLocaleString('en')} rows |
| --- | --- | --- | --- |
${moving.join('\n')}

Beside it Page's CUSUM for the fall from 0.92 to 0.71, which must be told both rates and finds nothing else:

| bar | false alarms in ${ROWS.toLocaleString('en')} rows | mean delay |
| --- | --- | --- |
${cusum.join('\n')}`;
}
