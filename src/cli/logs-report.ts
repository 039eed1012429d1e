/** A report from the logs alone: they are read into memory, and nothing is written or locked. */
import type { Config } from '../config.ts';
import { bytesBetween, formatPosition, type Position, ReadOnlyLog, START } from '../log/log.ts';
import { createLogger } from '../logger.ts';
import { type Change, openStage, type PatternStats, type PluginStats, type Promotion, type Questions, type Stage } from '../query/query.ts';
import { formatMilliseconds } from '../record/record.ts';
import { progressBar } from './progress.ts';
import {
  CHANGES,
  type ChangeFigures,
  due,
  type PatternFigures,
  type PluginFigures,
  PROBLEMATIC,
  type Report,
  type ReportQuestion,
  SLOW,
  TOP_PATTERNS,
} from './report-answers.ts';

/** Nobody else waits: reading tens of millions of rows may take its minutes. */
const PATIENCE_MS = 3_600_000;

/** Throws STORAGE_FAILED where a log is missing. */
export async function logsReport({ metricsDir, promotionPolicy }: Config, question: ReportQuestion): Promise<Report> {
  const log = await ReadOnlyLog.open(metricsDir);
  const options = { logger: createLogger('warn'), clock: Date.now };
  try {
    const stage = await openStage({
      ...options,
      log,
      table: {},
      promotionPolicy,
      gatherMs: 0,
      timeoutMs: PATIENCE_MS,
    });
    try {
      await readAll(stage, log.position);
      return await answer(stage.questions, question);
    } finally {
      await stage.close();
    }
  } finally {
    await log.close();
  }
}

async function readAll({ reached, follower }: Stage, end: Position): Promise<void> {
  const bar = progressBar('Reading', 'bytes');
  const total = bytesBetween(START, end);
  const timer = setInterval(() => bar.update(total - follower.status().lagBytes, total), 200);
  await reached(end, PATIENCE_MS).finally(() => {
    clearInterval(timer);
    bar.stop();
  });
}

async function answer(questions: Questions, { filter, limit, asOf }: ReportQuestion): Promise<Report> {
  const position = asOf === null ? await questions.now() : await questions.at(asOf);
  const { from, to, current, previous } = await questions.overview({ filter }, position);
  const all = await questions.overview({}, position);
  return {
    asOf: formatPosition(position),
    from: time(from),
    to: time(to),
    current,
    previous: previous ?? null,
    changes: (await questions.changes({ window: filter.window, ...CHANGES }, position)).slice(0, limit).map(change),
    promotionsDue: due((await questions.promotions({}, position)).map(standing), limit),
    topPatterns: (await questions.topPatterns({ filter, limit, ...TOP_PATTERNS }, position)).map(pattern),
    mostUsedPlugins: (await questions.mostUsedPlugins({ filter, limit }, position)).map(plugin),
    phases: await questions.phaseDurations({ filter }, position),
    slowPlugins: (await questions.slowPlugins({ filter, limit, ...SLOW }, position)).map(plugin),
    problematicPlugins: (await questions.problematicPlugins({ filter, limit, ...PROBLEMATIC }, position)).map(plugin),
    all: { from: time(all.from), to: time(all.to), executions: all.current.executions, steps: all.current.steps },
  };
}

function change({ at, ...found }: Change): ChangeFigures {
  return { ...found, at: formatMilliseconds(at * 1000) };
}

function standing({ patternId, name, status, evidence, executionsToNext }: Promotion) {
  return { patternId, name, status: status.toUpperCase(), evidence, executionsToNext: executionsToNext ?? null };
}

function time(seconds: number | undefined): string | null {
  return seconds === undefined ? null : formatMilliseconds(seconds * 1000);
}

function pattern({ totalUs: _, lastUsed, status, ...stats }: PatternStats): PatternFigures {
  return { ...stats, status: status.toUpperCase(), lastUsed: time(lastUsed) };
}

function plugin({ stepUs: _, lastUsed, ...stats }: PluginStats): PluginFigures {
  return { ...stats, lastUsed: time(lastUsed) };
}
