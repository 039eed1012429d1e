import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { MetricsError } from '../errors.ts';
import { formatMilliseconds, parseTimestamp } from '../record/record.ts';
import { logsReport } from './logs-report.ts';
import type { Report, ReportQuestion } from './report-answers.ts';
import { reportText } from './report-text.ts';
import { runningService, serviceReport } from './service-report.ts';

/** As the command line gives them. */
export type ReportOptions = Readonly<{
  window?: string;
  from?: string;
  to?: string;
  asOf?: string;
  limit: string;
  url?: string;
}>;

const DEFAULT_WINDOW = 'P30D';
/** Entries a table may have: what the questions take. */
const MAX_LIMIT = 1000;

const FIRST_RECORD = 'Record the first execution with `orchestrator-metrics record run.json`; the README shows what is in it';

/** Prints what a person wants to see of a window: tables on a terminal, one JSON object elsewhere. */
export async function report(options: ReportOptions, config: Config): Promise<void> {
  const answer = await ask(questionOf(options, Date.now()), options.url, config);
  if (!process.stdout.isTTY) console.log(JSON.stringify(answer));
  else console.log(reportText(answer, { width: process.stdout.columns, bold: process.stdout.hasColors() }));
  if (isEmpty(answer)) console.error(`No execution is in the logs yet. ${FIRST_RECORD}`);
}

/** By the service at a URL; without one, by the service that owns METRICS_DIR; without one, from the logs in it, which are only read. */
async function ask(question: ReportQuestion, url: string | undefined, config: Config): Promise<Report> {
  if (url !== undefined) return serviceReport(url, config.apiKey, question);
  const found = await runningService(config.metricsDir);
  if (found === undefined) return fromLogs(question, config);
  return serviceReport(found, config.apiKey, question).catch(error => {
    // Its name may be that of a service that was killed in another container.
    if (!(error instanceof MetricsError) || error.code !== 'STORAGE_FAILED') throw error;
    console.error(`${error.message}. The logs are read instead`);
    return fromLogs(question, config);
  });
}

async function fromLogs(question: ReportQuestion, config: Config): Promise<Report> {
  return logsReport(config, question).catch(error => {
    if (!(error instanceof MetricsError) || existsSync(join(config.metricsDir, 'journal.log'))) throw error;
    throw new MetricsError(error.code, `${error.message}. ${FIRST_RECORD}`, { cause: error });
  });
}

function isEmpty({ all }: Report): boolean {
  return all.executions === 0 && all.steps === 0;
}

/**
 * The window is fixed here, so that all parts of a report are about the same one and a report can be asked for again: `to` is
 * this moment where nothing else is said.
 */
function questionOf({ window, from, to, asOf, limit }: ReportOptions, now: number): ReportQuestion {
  const end = to === undefined ? undefined : instant(to, '--to');
  const rest = { asOf: asOf ?? null, limit: entries(limit) };
  if (from !== undefined) return { ...rest, filter: { window: { from: instant(from, '--from'), ...(end ? { to: end } : {}) } } };
  if (window === 'all') return { ...rest, filter: end ? { window: { to: end } } : {} };
  const thisMoment = formatMilliseconds(Math.ceil(now / 1000) * 1000);
  return { ...rest, filter: { window: { last: window ?? DEFAULT_WINDOW, to: end ?? thisMoment } } };
}

function instant(text: string, option: string): string {
  const milliseconds = parseTimestamp(text);
  if (milliseconds !== undefined) return formatMilliseconds(milliseconds);
  throw new MetricsError(
    'BAD_USER_INPUT',
    `${option} must be RFC 3339 with a time and a zone, such as 2026-08-01T12:00:00Z; it is ${text}`,
  );
}

function entries(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= MAX_LIMIT) return Number(text);
  throw new MetricsError('BAD_USER_INPUT', `--limit must be a whole number from 0 to ${MAX_LIMIT}; it is ${text}`);
}
