/** What was measured of the questions, as tables of docs/benchmarks.md. Milliseconds unless said otherwise. */
import { count, median, seconds, table } from './comparison.ts';
import type { CsvTimes } from './csv-rivals.ts';
import { HEAP_MB } from './cypher-rival.ts';
import type { Measured } from './load.ts';
import type { Opening } from './opening.ts';
import { quantile } from './quantile.ts';
import type { Times } from './question-times.ts';

export type Memory = Readonly<{ residentMb: number; peakMb: number }>;

/** Questions about a part of the history, however long ago. */
export type Narrowed = Readonly<{ title: string; times: readonly Times[] }>;

/** What was measured over one history. */
export type Over = Readonly<{
  /** Step rows. */
  steps: number;
  build: Opening;
  reopening: Opening;
  /** Of a request that asks nothing. */
  nothingMs: number;
  all: readonly Times[];
  window: readonly Times[];
  narrowed: readonly Narrowed[];
  /** As of half way, by question. */
  older: readonly (readonly number[])[];
  /** Beside each turn of the questions. */
  recorded: readonly Measured[];
  /** When all is taken up and counted, before the first question. */
  openedMemory: Memory;
  /** After the questions. */
  memory: Memory;
  csv: CsvTimes;
  /** Where the service's thread spent its time, in words. */
  profile: string;
}>;

/** `questions`: Neo4j's times by question; `times`: the service's over the same executions. */
export type OverNeo4j = Readonly<{ executions: number; questions: ReadonlyMap<string, number>; times: readonly Times[] }>;

export type ReportOptions = Readonly<{
  windowDays: number;
  /** Executions recorded meanwhile. */
  perSecond: number;
  /** Missing where the machine could not run it. */
  neo4j: OverNeo4j | undefined;
}>;

const AIMS = { ratio: 1.5, againMs: 2, duckDb: 10, csvParse: 1000, neo4j: 50, buildPerSecond: 600_000, openingMs: 2000, memoryMb: 600 };

/** `overs`: shortest history first; the aims are the longest one's. */
export function questionsReport(overs: readonly Over[], options: ReportOptions): string {
  const longest = overs.at(-1);
  if (!longest) throw new Error('no history was measured');
  const { windowDays, perSecond, neo4j } = options;
  const rounds = longest.all.map(({ fresh }) => fresh.length);
  return [
    `Over HTTP, one client asking one question at a time, each with all its fields at its default limits, while ${perSecond} executions a second are recorded by a process of its own on the`,
    'same machine. p50 / p95 in milliseconds, from sending the request to the last byte of the answer. The histories take turns, three of each kind of questions, so that faster and slower minutes of the machine fall on',
    'all of them, and executions are recorded where it asks. The questions take turns as well, so that each is asked at a position that it was not asked at',
    `before; what warms them up is left out. Asked ${Math.min(...rounds)} to ${Math.max(...rounds)} times over the longest history. Every history fills one year with executions of 5 steps; what is recorded comes on top.`,
    `✓ and ✗: whether the aim is met over the longest history: p95 below 20 ms (percentiles over all plugins: 50 ms), at most ${AIMS.ratio} times the p95 over the one before, below ${AIMS.againMs} ms when asked`,
    'again as of the same position (the answers are compared).',
    '',
    allTable(overs, longest),
    '',
    `The same over the last ${windowDays} days of the history:`,
    '',
    windowTable(overs, longest),
    '',
    `Over all ${count(longest.steps)} rows, but about the most frequent pattern (a quarter of all executions) or plugin (a fifth of all steps) alone:`,
    '',
    narrowedTable(longest),
    '',
    recordedText(overs, perSecond),
    '',
    'What limits them: where the time of the one thread goes while all of them are asked and executions are recorded, opening included, from a profile. A request that asks nothing (`{ __typename }`) takes',
    `${overs.map(({ nothingMs }) => nothingMs.toFixed(2)).join(', ')} ms.`,
    '',
    ...overs.map(({ steps, profile }) => `- ${count(steps)} step rows: ${profile}.`),
    '',
    '**Other ways to the same figures**, over the same logs: DuckDB in process reading the CSV file at every question (median of 3), csv-parse with a loop (once); both with the machine to',
    `themselves and the file in memory. The service over HTTP as above, p50. All answers were the same. Aims: ${AIMS.duckDb} and ${count(AIMS.csvParse)} times faster.`,
    '',
    csvTable(overs),
    '',
    ...neo4jLines(neo4j),
    '',
    '**The index**: from the start of the process, nothing derived there, until the table behind the questions holds every row of all four logs; then started again over it, until it answers and',
    `until the table is complete. Memory of the service (VmRSS, VmHWM) once opened, and after all questions above. Files are in the page cache. Aims: ${count(AIMS.buildPerSecond)} step rows a second, below ${AIMS.openingMs / 1000} s, below ${AIMS.memoryMb} MB.`,
    '',
    indexTable(overs),
  ].join('\n');
}

const mark = (met: boolean) => (met ? '✓' : '✗');
const short = (ms: number) => ms.toFixed(ms < 100 ? 1 : 0);
const p95 = (values: readonly number[]) => quantile(values, 0.95);
const both = (values: readonly number[]) => (values.length === 0 ? '' : `${short(median(values))} / ${short(p95(values))}`);

type Part = 'all' | 'window';

/** Of a question: its times over each history, whether the last meets the aim, what it is to the one before, and asked again. */
function cells(overs: readonly Over[], part: Part, index: number): string[] {
  const times = overs.flatMap(over => over[part][index] ?? []);
  const last = times.at(-1) as Times;
  const before = times.at(-2);
  const ratio = before && p95(last.fresh) / p95(before.fresh);
  return [
    `\`${last.question.name}\``,
    ...times.slice(0, -1).map(({ fresh }) => both(fresh)),
    `${both(last.fresh)} ${mark(p95(last.fresh) < last.question.aimMs)}`,
    ratio === undefined ? '' : `${ratio.toFixed(2)} ${mark(ratio <= AIMS.ratio)}`,
    last.again.length === 0 ? '' : `${both(last.again)} ${mark(p95(last.again) < AIMS.againMs)}`,
  ];
}

function heads(overs: readonly Over[]): string[] {
  return ['', ...overs.map(({ steps }) => `${count(steps)} rows`), 'p95 to the one before', 'again'];
}

function allTable(overs: readonly Over[], longest: Over): string {
  const rows = longest.all.map(({ bytes }, index) => {
    const older = longest.older[index] ?? [];
    return [...cells(overs, 'all', index), older.length === 0 ? '' : short(median(older)), (bytes / 1000).toFixed(1)];
  });
  return table([...heads(overs), 'as of half way, p50', 'answer, KB'], rows);
}

function windowTable(overs: readonly Over[], longest: Over): string {
  return table(
    [...heads(overs), 'answer, KB'],
    longest.window.map(({ bytes }, index) => [...cells(overs, 'window', index), (bytes / 1000).toFixed(1)]),
  );
}

function narrowedTable({ window, narrowed }: Over): string {
  const rows = window.map(({ question }, index) => [
    `\`${question.name}\``,
    ...narrowed.flatMap(({ times }) => [both(times[index]?.fresh ?? []), both(times[index]?.again ?? [])]),
  ]);
  return table(['', ...narrowed.flatMap(({ title }) => [title, 'again'])], rows);
}

function recordedText(overs: readonly Over[], perSecond: number): string {
  const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);
  const said = overs.map(({ recorded }) => {
    const rate = sum(recorded.map(({ executions }) => executions)) / sum(recorded.map(({ seconds }) => seconds));
    const latencies = [recorded.map(({ p50 }) => p50), recorded.map(({ p99 }) => p99)].map(each => short(median(each)));
    return `${rate.toFixed(1)} (p50 ${latencies[0]} ms, p99 ${latencies[1]} ms)`;
  });
  return `Recorded meanwhile, of ${perSecond} a second, medians of the turns: ${said.join('; ')}.`;
}

const times = (theirs: number, ours: number, aim: number) => `${count(theirs / ours)} × ${mark(theirs / ours >= aim)}`;

function csvTable(overs: readonly Over[]): string {
  const rows = overs.flatMap(({ steps, all, csv }) =>
    [...csv].map(([name, { duckDbMs, csvParseMs }]) => {
      const ours = serviceMs(all, name);
      const against = [short(duckDbMs), times(duckDbMs, ours, AIMS.duckDb), short(csvParseMs), times(csvParseMs, ours, AIMS.csvParse)];
      return [`\`${name}\`, ${count(steps)} rows`, short(ours), ...against];
    }),
  );
  return table(['', 'service, ms', 'DuckDB, ms', '', 'csv-parse, ms', ''], rows);
}

function serviceMs(measured: readonly Times[], name: string): number {
  return median(measured.find(({ question }) => question.name === name)?.fresh ?? []);
}

function neo4jLines(neo4j: OverNeo4j | undefined): string[] {
  if (!neo4j) return ['Neo4j was not measured: this machine cannot run it.'];
  const rows = [...neo4j.questions].map(([name, theirs]) => {
    const ours = serviceMs(neo4j.times, name);
    return [`\`${name}\``, short(ours), short(theirs), times(theirs, ours, AIMS.neo4j)];
  });
  return [
    `Neo4j over a graph of ${count(neo4j.executions)} executions, in Cypher by bolt (heap ${HEAP_MB} MB, median of 5), and the service over the logs of the same executions. Counts were the same. Aim: ${AIMS.neo4j} times faster.`,
    '',
    table(['', 'service, ms', 'Neo4j, ms', ''], rows),
  ];
}

function indexTable(overs: readonly Over[]): string {
  const rows = overs.map(({ steps, build, reopening, openedMemory, memory }) => {
    const perSecond = steps / (build.completeMs / 1000);
    return [
      count(steps),
      seconds(build.completeMs),
      `${count(perSecond)} ${mark(perSecond >= AIMS.buildPerSecond)}`,
      seconds(build.answersMs),
      seconds(reopening.answersMs),
      `${seconds(reopening.completeMs)} ${mark(reopening.completeMs < AIMS.openingMs)}`,
      `${count(openedMemory.residentMb)} MB ${mark(openedMemory.residentMb < AIMS.memoryMb)}`,
      `${count(memory.residentMb)} MB ${mark(memory.residentMb < AIMS.memoryMb)}`,
      `${count(memory.peakMb)} MB`,
    ];
  });
  const head = [
    'step rows',
    'built',
    'step rows a second',
    'answers while building',
    'opening: answers',
    'opening: complete',
    'memory after it',
    'after the questions',
    'its peak',
  ];
  return table(head, rows);
}
