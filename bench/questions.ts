/** The questions of a dashboard over histories of several lengths, while executions are recorded; beside other ways to the same figures. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { count, median, STEPS } from './support/comparison.ts';
import { besideCsv } from './support/csv-rivals.ts';
import { besideCypher, CYPHERED, startCypherRival } from './support/cypher-rival.ts';
import { dashboardQuestions, type Question, questionOf } from './support/dashboard-questions.ts';
import { writeHistory } from './support/history.ts';
import type { Measured } from './support/load.ts';
import { complete, open } from './support/opening.ts';
import { recordBeside, type Server, startService, withFolder } from './support/processes.ts';
import { profileOf } from './support/profile.ts';
import { say } from './support/progress.ts';
import { type Filter, QuestionClient } from './support/question-client.ts';
import { type Asking, joined, type Times, timeOlder, timeQuestions } from './support/question-times.ts';
import { type Memory, type Narrowed, type Over, type OverNeo4j, questionsReport } from './support/questions-report.ts';
import { FIRST_MS, sampleInput } from './support/sample-executions.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const REST_MS = 5000;
/** Every history fills a year, so that answers by the day are as long over a short one. */
const SPAN_MS = 365 * DAY_MS;
const WINDOW_DAYS = 30;
const RECORDED_PER_SECOND = 100;
/** What a page about one of them asks; the most frequent ones, of which there is most to look at. */
const NARROWED: readonly Readonly<{ title: string; filter: Filter }>[] = [
  { title: 'of a pattern', filter: { patternIds: ['pat_0'] } },
  { title: 'of a plugin', filter: { plugins: ['plugin-0'] } },
];
const OLDER_POSITIONS = 5;
/** How often each history has its turn of a kind of questions. */
const TURNS = 3;
/** Recordings that begin have the service to themselves for so long. */
const SETTLE_MS = 2000;

/** Nothing but the way there and back: HTTP, the server, GraphQL. */
const NOTHING: Question = {
  name: '__typename',
  field: '__typename',
  query: '{ __typename }',
  takes: { filter: false, asOf: false },
  aimMs: 0,
};

export type QuestionsOptions = Readonly<{
  /** Step rows of each history, shortest first. */
  lengths: readonly number[];
  /** Executions in the graph of the comparison with Neo4j. */
  graphExecutions: number;
  asking: Asking;
}>;

/** The section of docs/benchmarks.md. */
export async function questions({ lengths, graphExecutions, asking }: QuestionsOptions): Promise<string> {
  const asked = await dashboardQuestions();
  const overs = await withFolder(async folder => {
    const opened: Opened[] = [];
    try {
      for (const steps of lengths) opened.push(await openOver(join(folder, String(steps)), steps, asking));
      const times = await askAll(opened, asked, asking);
      const overs: Over[] = [];
      for (const [index, each] of opened.entries()) overs.push(await finish(each, times[index] as Asked, asked, asking));
      return overs;
    } finally {
      for (const each of opened) await each.close();
    }
  });
  const neo4j = await withFolder(folder => measureBesideNeo4j(folder, graphExecutions, asked, asking));
  return questionsReport(overs, { windowDays: WINDOW_DAYS, perSecond: RECORDED_PER_SECOND, neo4j });
}

/** A service over a history of its own. `recorded`: beside each turn. */
type Opened = Pick<Over, 'steps' | 'build' | 'reopening' | 'openedMemory' | 'nothingMs'> &
  Readonly<{
    root: string;
    positions: readonly string[];
    service: Server;
    client: QuestionClient;
    recorded: Measured[];
    close: () => Promise<void>;
  }>;

async function openOver(root: string, steps: number, asking: Asking): Promise<Opened> {
  const folder = join(root, 'metrics');
  const name = `${count(steps)} step rows`;
  await mkdir(root);
  const positions = await writeHistory(folder, steps / STEPS, { steps: STEPS, spanMs: SPAN_MS });
  say(`${name}: everything derived is built`);
  const first = await open(folder);
  await complete(first.service, 'judgement');
  await first.service.stop();
  const { service, opening: reopening } = await open(folder);
  const client = new QuestionClient(service.url);
  const close = async () => {
    client.close();
    await service.stop();
  };
  try {
    await complete(service, 'judgement');
    // What is counted beforehand goes on behind it.
    await pause(REST_MS);
    const openedMemory = await memoryOf(service.pid);
    const nothingMs = await nothing(client, asking);
    return { root, steps, positions, build: first.opening, reopening, openedMemory, nothingMs, service, client, recorded: [], close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Asked = Pick<Over, 'all' | 'window' | 'narrowed' | 'older'>;

/** What was asked over each history. */
async function askAll(opened: readonly Opened[], asked: readonly Question[], asking: Asking): Promise<Asked[]> {
  const some = filtered(asked);
  const all = await inTurn(opened, 'questions', asking, ({ client }, part) => timeQuestions(client, asked, {}, part));
  const days = `questions of the last ${WINDOW_DAYS} days`;
  const window = await inTurn(opened, days, asking, ({ client }, part) => timeQuestions(client, some, lastDays(), part));
  const narrowed: Narrowed[][] = opened.map(() => []);
  for (const { title, filter } of NARROWED) {
    const times = await inTurn(opened, `questions ${title}`, asking, ({ client }, part) => timeQuestions(client, some, filter, part));
    for (const [index, own] of narrowed.entries()) own.push({ title, times: times[index] ?? [] });
  }
  const older: number[][][] = [];
  for (const each of opened) {
    say(`${count(each.steps)} step rows: questions as of half way`);
    older.push(await recordedBeside(each, () => timeOlder(each.client, asked, middleOf(each.positions))));
  }
  return opened.map((_, index) => ({
    all: all[index] ?? [],
    window: window[index] ?? [],
    narrowed: narrowed[index] ?? [],
    older: older[index] ?? [],
  }));
}

/** Each history in turn, several times, so that the machine’s slower and faster minutes fall on all of them. */
async function inTurn(
  opened: readonly Opened[],
  title: string,
  { rounds, seconds, atLeast }: Asking,
  ask: (of: Opened, part: Asking) => Promise<Times[]>,
): Promise<Times[][]> {
  const part = { rounds: Math.ceil(rounds / TURNS), seconds: seconds / TURNS, atLeast: Math.ceil(atLeast / TURNS) };
  const found: Times[][] = opened.map(() => []);
  for (let turn = 1; turn <= TURNS; turn++) {
    for (const [index, each] of opened.entries()) {
      say(`${count(each.steps)} step rows: ${title}, ${turn} of ${TURNS}`);
      found[index] = joined(found[index] ?? [], await recordedBeside(each, () => ask(each, part)));
    }
  }
  return found;
}

/** While executions are recorded, and only there. */
async function recordedBeside<Found>(each: Opened, ask: () => Promise<Found>): Promise<Found> {
  const recording = recordAfter(each.service, each.steps / STEPS, `beside-${each.recorded.length}`, each.recorded.length);
  await pause(SETTLE_MS);
  try {
    return await ask();
  } finally {
    each.recorded.push(await recording.stop());
  }
}

async function finish(each: Opened, times: Asked, asked: readonly Question[], asking: Asking): Promise<Over> {
  const { root, steps, build, reopening, openedMemory, nothingMs, service, client, recorded } = each;
  const [folder, profiles] = [join(root, 'metrics'), join(root, 'profiles')];
  const memory = await memoryOf(service.pid);
  // Nothing is recorded any more: the rivals have the machine alone.
  const csv = await besideCsv(folder, client, asked);
  await each.close();
  say(`${count(steps)} step rows: profile`);
  const profile = await profileQuestions({ folder, profiles }, steps, asked, asking);
  return { steps, build, reopening, nothingMs, ...times, recorded, openedMemory, memory, csv, profile };
}

/** Measured aside, since a profile costs time itself. */
async function profileQuestions(
  { folder, profiles }: { folder: string; profiles: string },
  steps: number,
  asked: readonly Question[],
  asking: Asking,
): Promise<string> {
  await mkdir(profiles);
  const service = await startService(folder, ['--cpu-prof', `--cpu-prof-dir=${profiles}`]);
  await complete(service, 'judgement');
  const client = new QuestionClient(service.url);
  try {
    const recording = recordAfter(service, steps / STEPS, 'profile');
    await timeQuestions(client, asked, {}, asking);
    await recording.stop();
  } finally {
    client.close();
    await service.stop();
  }
  return profileOf(profiles);
}

/** Over a history of its own, which Neo4j holds whole. */
async function measureBesideNeo4j(
  root: string,
  executions: number,
  asked: readonly Question[],
  asking: Asking,
): Promise<OverNeo4j | undefined> {
  const rival = await startCypherRival(root);
  if (!rival) return undefined;
  try {
    const folder = join(root, 'metrics');
    await writeHistory(folder, executions, { steps: STEPS });
    say(`Neo4j: loading ${count(executions)} executions`);
    await rival.load(Array.from({ length: executions }, (_, number) => sampleInput('history', number, STEPS)));
    const { service } = await open(folder);
    const client = new QuestionClient(service.url);
    try {
      say('Neo4j: asking');
      const questions = await besideCypher(rival, client, asked);
      const recording = recordAfter(service, executions, 'beside');
      const times = await timeQuestions(
        client,
        CYPHERED.map(name => questionOf(asked, name)),
        {},
        asking,
      );
      await recording.stop();
      return { executions, questions, times };
    } finally {
      client.close();
      await service.stop();
    }
  } finally {
    await rival.stop();
  }
}

async function nothing(client: QuestionClient, { rounds }: Asking): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds * 2; round++) times.push((await client.ask(NOTHING)).ms);
  return median(times.slice(rounds));
}

/** Executions that go on where the history ends, or where those of an earlier turn ended: a turn is shorter than an hour. */
function recordAfter({ url }: Server, executions: number, run: string, turn = 0) {
  const startsAt = FIRST_MS + SPAN_MS + executions + turn * HOUR_MS;
  return recordBeside({ url, perSecond: RECORDED_PER_SECOND, steps: STEPS, run, startsAt });
}

function filtered(asked: readonly Question[]): Question[] {
  return asked.filter(({ takes }) => takes.filter);
}

/** To a day after the history, so that what is recorded meanwhile is within. */
function lastDays(): Filter {
  const to = FIRST_MS + SPAN_MS + DAY_MS;
  return { window: { from: new Date(to - WINDOW_DAYS * DAY_MS).toISOString(), to: new Date(to).toISOString() } };
}

function middleOf(positions: readonly string[]): string[] {
  const first = Math.floor((positions.length - OLDER_POSITIONS) / 2);
  return positions.slice(Math.max(0, first), first + OLDER_POSITIONS);
}

async function memoryOf(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string) => (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024) / 1e6;
  return { residentMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') };
}
