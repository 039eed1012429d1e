/** The questions of a dashboard over histories of several lengths, while executions are recorded; beside other ways to the same figures. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { count, median, STEPS } from './support/comparison.ts';
import { besideCsv } from './support/csv-rivals.ts';
import { besideCypher, CYPHERED, startCypherRival } from './support/cypher-rival.ts';
import { dashboardQuestions, type Question, questionOf } from './support/dashboard-questions.ts';
import { writeHistory } from './support/history.ts';
import { complete, open } from './support/opening.ts';
import { recordBeside, type Server, startService, withFolder } from './support/processes.ts';
import { profileOf } from './support/profile.ts';
import { say } from './support/progress.ts';
import { type Filter, QuestionClient } from './support/question-client.ts';
import { type Asking, timeOlder, timeQuestions } from './support/question-times.ts';
import { type Memory, type Narrowed, type Over, type OverNeo4j, questionsReport } from './support/questions-report.ts';
import { FIRST_MS, sampleInput } from './support/sample-executions.ts';

const DAY_MS = 86_400_000;
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
  const overs: Over[] = [];
  for (const steps of lengths) overs.push(await withFolder(folder => measureOver(folder, steps, asked, asking)));
  const neo4j = await withFolder(folder => measureBesideNeo4j(folder, graphExecutions, asked, asking));
  return questionsReport(overs, { windowDays: WINDOW_DAYS, perSecond: RECORDED_PER_SECOND, neo4j });
}

async function measureOver(root: string, steps: number, asked: readonly Question[], asking: Asking): Promise<Over> {
  const [folder, profiles] = [join(root, 'metrics'), join(root, 'profiles')];
  const name = `${count(steps)} step rows`;
  const positions = await writeHistory(folder, steps / STEPS, { steps: STEPS, spanMs: SPAN_MS });
  say(`${name}: everything derived is built`);
  const first = await open(folder);
  await complete(first.service, 'judgement');
  await first.service.stop();
  const { service, opening: reopening } = await open(folder);
  const client = new QuestionClient(service.url);
  try {
    await complete(service, 'judgement');
    // What is counted beforehand goes on behind it.
    await pause(REST_MS);
    const openedMemory = await memoryOf(service.pid);
    const nothingMs = await nothing(client, asking);
    const recording = recordAfter(service, steps / STEPS, 'beside');
    say(`${name}: questions`);
    const all = await timeQuestions(client, asked, {}, asking);
    say(`${name}: questions of the last ${WINDOW_DAYS} days`);
    const window = await timeQuestions(client, filtered(asked), lastDays(), asking);
    const narrowed: Narrowed[] = [];
    for (const { title, filter } of NARROWED) {
      say(`${name}: questions ${title}`);
      narrowed.push({ title, times: await timeQuestions(client, filtered(asked), filter, asking) });
    }
    say(`${name}: questions as of half way`);
    const older = await timeOlder(client, asked, middleOf(positions));
    const recorded = await recording.stop();
    const memory = await memoryOf(service.pid);
    // Nothing is recorded any more: the rivals have the machine alone.
    const csv = await besideCsv(folder, client, asked);
    await service.stop();
    say(`${name}: profile`);
    const profile = await profileQuestions({ folder, profiles }, steps, asked, asking);
    return {
      steps,
      build: first.opening,
      reopening,
      nothingMs,
      all,
      window,
      narrowed,
      older,
      recorded,
      openedMemory,
      memory,
      csv,
      profile,
    };
  } finally {
    client.close();
    await service.stop();
  }
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

/** Executions that go on where the history ends. */
function recordAfter({ url }: Server, executions: number, run: string) {
  const startsAt = FIRST_MS + SPAN_MS + executions;
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
