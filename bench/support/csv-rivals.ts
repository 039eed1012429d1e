/** The same figures from the CSV files themselves: by DuckDB's reader, and by csv-parse with a loop. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse';
import { median } from './comparison.ts';
import { type Question, questionOf } from './dashboard-questions.ts';
import { say } from './progress.ts';
import { quantile } from './quantile.ts';
import type { QuestionClient } from './question-client.ts';
import { timed } from './timed.ts';

const QUESTIONS = ['patternStats', 'pluginStats', 'phaseDurations'] as const;
type Name = (typeof QUESTIONS)[number];

/** After one that warms up and is left out. */
const DUCKDB_ROUNDS = 3;

/** Milliseconds by question. */
export type CsvTimes = ReadonlyMap<string, Readonly<{ duckDbMs: number; csvParseMs: number }>>;

/** Every answer is held against the service's. */
export async function besideCsv(folder: string, client: QuestionClient, asked: readonly Question[]): Promise<CsvTimes> {
  const duckDb = await duckDbOverCsv(folder);
  const times = new Map<string, { duckDbMs: number; csvParseMs: number }>();
  for (const name of QUESTIONS) {
    say(`${name}: DuckDB and csv-parse over the file`);
    const ours = groupsOf(name, (await client.ask(questionOf(asked, name))).value);
    const byDuckDb: number[] = [];
    for (let round = 0; round <= DUCKDB_ROUNDS; round++) {
      const { value, ms } = await timed(() => duckDb(name));
      checkSame(name, ours, value);
      byDuckDb.push(ms);
    }
    const byLoop = await timed(() => csvParseLoop(folder, name));
    checkSame(name, ours, byLoop.value);
    times.set(name, { duckDbMs: median(byDuckDb.slice(1)), csvParseMs: byLoop.ms });
  }
  return times;
}

/** Of a pattern, plugin or phase: its rows, those with success, and figures of their durations in seconds. */
type Group = Readonly<{ total: number; successes: number; mean: number; p95: number }>;
type Groups = ReadonlyMap<string, Group>;

/** A log, and the place of its columns. */
const SOURCES: Record<Name, { log: string; key: string; places: { key: number; duration: number; success: number } }> = {
  patternStats: { log: 'success_rates.log', key: 'pattern_id', places: { key: 1, success: 3, duration: 4 } },
  pluginStats: { log: 'durations.log', key: 'plugin', places: { key: 4, duration: 5, success: 6 } },
  phaseDurations: { log: 'durations.log', key: 'phase', places: { key: 2, duration: 5, success: 6 } },
};

/** An in-memory database that reads the file at every question. */
async function duckDbOverCsv(folder: string): Promise<(question: Name) => Promise<Groups>> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  return async question => {
    const { log, key } = SOURCES[question];
    const file = join(folder, log).replaceAll("'", "''");
    const reader = await connection.runAndReadAll(
      `SELECT ${key}, count(*)::DOUBLE, (count(*) FILTER (WHERE success))::DOUBLE, avg(duration_seconds), quantile_disc(duration_seconds, 0.95)
       FROM read_csv('${file}', header = true) GROUP BY ${key}`,
    );
    return new Map(
      reader.getRows().map(([name, total, successes, mean, p95]) => {
        return [String(name), { total: Number(total), successes: Number(successes), mean: Number(mean), p95: Number(p95) }];
      }),
    );
  };
}

/** Reads the file by csv-parse, a row at a time. */
async function csvParseLoop(folder: string, question: Name): Promise<Groups> {
  const { log, places } = SOURCES[question];
  const groups = new Map<string, { successes: number; durations: number[] }>();
  for await (const row of createReadStream(join(folder, log)).pipe(parse({ from_line: 2 }))) {
    const columns = row as string[];
    const key = columns[places.key] ?? '';
    const group = groups.get(key) ?? { successes: 0, durations: [] };
    group.durations.push(Number(columns[places.duration]));
    if (columns[places.success] === 'true') group.successes++;
    groups.set(key, group);
  }
  return new Map(
    [...groups].map(([key, { successes, durations }]) => {
      const mean = durations.reduce((sum, duration) => sum + duration, 0) / durations.length;
      return [key, { total: durations.length, successes, mean, p95: quantile(durations, 0.95) }];
    }),
  );
}

type Stats = Readonly<{ durations: { meanSeconds: number; p95Seconds: number } }>;
type Rate = Readonly<{ total: number; successes: number }>;

/** The service's answer in the same shape. */
function groupsOf(question: Name, value: unknown): Groups {
  const group = ({ total, successes }: Rate, { durations }: Stats): Group => {
    return { total, successes, mean: durations.meanSeconds, p95: durations.p95Seconds };
  };
  if (question === 'patternStats') {
    const { patterns } = value as { patterns: (Stats & { patternId: string; successRate: Rate })[] };
    return new Map(patterns.map(pattern => [pattern.patternId, group(pattern.successRate, pattern)]));
  }
  if (question === 'pluginStats') {
    const { plugins } = value as { plugins: (Stats & { name: string; reliability: Rate })[] };
    return new Map(plugins.map(plugin => [plugin.name, group(plugin.reliability, plugin)]));
  }
  const { phases } = value as { phases: (Stats & { phase: string; success: Rate })[] };
  return new Map(phases.map(phase => [phase.phase, group(phase.success, phase)]));
}

/** The service's percentiles come from a sketch. */
const P95_ERROR = 0.0101;
const MEAN_ERROR = 1e-9;

/** @throws where two answers differ: what is wrong is not worth timing. */
function checkSame(question: string, ours: Groups, theirs: Groups): void {
  const near = (a: number, b: number, error: number) => Math.abs(a - b) <= error * Math.abs(b);
  if (ours.size !== theirs.size) throw new Error(`${question}: ${ours.size} groups, the other found ${theirs.size}`);
  for (const [key, their] of theirs) {
    const our = ours.get(key);
    const same =
      our?.total === their.total &&
      our.successes === their.successes &&
      near(our.mean, their.mean, MEAN_ERROR) &&
      near(our.p95, their.p95, P95_ERROR);
    if (!same) throw new Error(`${question} of ${key}: ${JSON.stringify(our)}, the other found ${JSON.stringify(their)}`);
  }
}
