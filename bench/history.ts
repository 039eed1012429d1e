/** Recording and opening over a long history: what a service costs that has been in use for years. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { importRate, writeNdjson } from './import.ts';
import { compare, count, KINDS, type Length, median, rateOf, STEPS, seconds, share, table } from './support/comparison.ts';
import { writeHistory } from './support/history.ts';
import { complete, type Opening, open } from './support/opening.ts';
import { measure, startService, withFolder } from './support/processes.ts';
import { say } from './support/progress.ts';

const OPENINGS = 3;
const LOADED_MS = 3000;
const IMPORTED = 50_000;
const IMPORTS = 3;

/** Some openings, each after the service has recorded for a moment and was then ended by a signal. */
async function openAfter(signal: 'SIGTERM' | 'SIGKILL', metricsDir: string): Promise<Opening[]> {
  const openings: Opening[] = [];
  for (let round = 0; round < OPENINGS; round++) {
    say(`opening after ${signal}: ${round + 1} of ${OPENINGS}`);
    const before = await startService(metricsDir);
    const load = { url: before.url, connections: 64, batch: 1, seconds: LOADED_MS / 1000, steps: STEPS, run: `${signal}-${round}` };
    if (signal === 'SIGTERM') {
      await measure(load);
      await before.stop(signal);
    } else {
      const cutOff = measure({ ...load, seconds: load.seconds * 2 }, 'ignore').catch(() => undefined);
      await pause(LOADED_MS);
      await before.stop(signal);
      await cutOff;
    }
    const { service, opening } = await open(metricsDir);
    openings.push(opening);
    await service.stop();
  }
  return openings;
}

function openingRow(title: string, openings: readonly Opening[]): string[] {
  return [title, seconds(median(openings.map(o => o.answersMs))), seconds(median(openings.map(o => o.completeMs)))];
}

/** What stands in a folder: its files, and each folder below it as one. */
async function sizes(folder: string): Promise<string> {
  const sums = new Map<string, number>();
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const { size } = await stat(join(file.parentPath, file.name));
    const name = file.parentPath === folder ? file.name : `${file.parentPath.slice(folder.length + 1)}/`;
    sums.set(name, (sums.get(name) ?? 0) + size);
  }
  const large = [...sums].filter(([, bytes]) => bytes >= 1e6).sort(([, a], [, b]) => b - a);
  return large.map(([name, bytes]) => `\`${name}\` ${count(bytes / 1e6)} MB`).join(', ');
}

async function recordingRows(long: string, empty: string, length: Length): Promise<string[][]> {
  const services = [await startService(long), await startService(empty)] as const;
  const rows: string[][] = [];
  try {
    for (const service of services) await complete(service, 'judgement');
    for (const kind of KINDS) {
      const [over = [], fresh = []] = (await compare(kind, services, length)).map(measured => measured.map(rateOf));
      rows.push([kind.title, count(median(over)), count(median(fresh)), share(over, fresh)]);
    }
  } finally {
    for (const service of services) await service.stop();
  }
  return rows;
}

async function importRow(folder: string, long: string, empty: string): Promise<string[]> {
  const rates: { over: number[]; fresh: number[] } = { over: [], fresh: [] };
  for (let round = 0; round < IMPORTS; round++) {
    const file = join(folder, `import-${round}.ndjson`);
    await writeNdjson(file, `import-${round}`, IMPORTED);
    rates.over.push(await importRate(file, long));
    rates.fresh.push(await importRate(file, empty));
  }
  return [`\`import\` of ${count(IMPORTED)}`, count(median(rates.over)), count(median(rates.fresh)), share(rates.over, rates.fresh)];
}

/** The section of docs/benchmarks.md. */
export function history(executions: number, length: Length): Promise<string> {
  return withFolder(async folder => {
    const [long, empty] = [join(folder, 'long'), join(folder, 'empty')];
    await writeHistory(long, executions, { steps: STEPS });
    say('first opening: everything derived is built');
    const first = await open(long);
    // What is measured next is a service in use, not one that still judges its past.
    await complete(first.service, 'judgement');
    await first.service.stop();
    const clean = await openAfter('SIGTERM', long);
    const killed = await openAfter('SIGKILL', long);
    const size = await sizes(long);
    const rows = [...(await recordingRows(long, empty, length)), await importRow(folder, long, empty)];
    return [
      `${count(executions)} executions with ${count(executions * STEPS)} steps, beside a service whose logs were empty at first, under the same load in turn. Executions a second, medians of`,
      `${length.rounds} rounds of ${length.seconds} s.`,
      '',
      table(['', 'over the history', 'over none', 'share'], rows),
      '',
      `Opening, from the start of the process until it answers \`/healthz\` and records, and until the table behind the questions holds every row (a question waits for that). Medians of`,
      `${OPENINGS}; each after a few seconds of recording.`,
      '',
      table(
        ['', 'answers', 'table complete'],
        [
          openingRow('after SIGTERM', clean),
          openingRow('after kill -9 under load', killed),
          openingRow('for the first time, nothing derived there', [first.opening]),
        ],
      ),
      '',
      `On disk: ${size}.`,
    ].join('\n');
  });
}
