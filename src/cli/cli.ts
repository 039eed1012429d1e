/**
 * The command line. In flow arguments, settings from the environment and files; out flow words and tables for a terminal, JSON
 * for a pipe, and an exit code: 0 done, 1 something was refused or failed, 2 used wrongly.
 *
 * What always holds:
 * - A command is loaded only when it is called.
 * - Results go to standard output, everything else to standard error.
 * - An error says what to do; a stack is shown only for defects.
 */
import { readFileSync } from 'node:fs';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { type Environment, processEnvironment, readConfig, settingsHelp } from '../config.ts';
import { MetricsError, messageOf } from '../errors.ts';
import { projectUrl } from '../project.ts';
import type { DemoOptions } from './demo.ts';
import type { ExportName, ExportOptions } from './export.ts';
import type { ReportOptions } from './report.ts';

function version(): string {
  const description: unknown = JSON.parse(readFileSync(projectUrl('package.json'), 'utf8'));
  return typeof description === 'object' && description !== null && 'version' in description ? String(description.version) : '';
}

const SETTINGS_HELP = `\nSettings, from the environment:\n${settingsHelp()}\n`;

const DESTINATION_HELP = `
Records go to the service at --url; without it, to the service that owns METRICS_DIR; without one, straight into METRICS_DIR.
API_KEY is sent where it is set.
`;

const ARCHIVE_HELP = `
The year is that of the newest record in the live logs. Run again, it changes nothing. While a service owns METRICS_DIR it archives
by itself where ARCHIVE=yearly is set.
`;

const EXPORT_HELP = `
With --for-spreadsheet a cell that begins with = + - or @ (full width and behind blanks too), a tab or a line break gets a ' before
it, as OWASP advises; plain numbers such as -1 stay. Longer cells end after 32,767 characters.
`;

const VERIFY_HELP = `
An error is something lost, changed or doubled: it makes the exit code 1. A note is a line that counts for nothing and took nothing
with it. Nothing is ever edited or removed, by --repair neither.
`;

const REPORT_HELP = `
A report asks the service at --url; without it, the service that owns METRICS_DIR; without one it reads the logs in METRICS_DIR, and
writes and locks nothing. The last line says as of what it is: with --as-of that and the same --from and --to the figures are the same.
`;

const GRAPH_HELP = `
The work is done by the service at --url; without it, by the service that owns METRICS_DIR; without one, by this command, which
starts Neo4j for it where it is one of our own. API_KEY is sent where it is set. Exit code 1: verify found a difference, or it failed.
`;

const DEMO_HELP = `
The demo keeps to a temporary directory and removes it at the end. Of the settings METRICS_DIR, STATE_DIR, ARCHIVE, PATTERNS_DIR and
NEO4J_URI are left out: nothing of it gets anywhere else. GRAPH=off starts without Neo4j.
`;

/** Reads an option's value as a number; used wrongly, the command ends with 2. */
function number(min: number, max: number, { whole = true } = {}): (text: string) => number {
  return text => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max && (Number.isInteger(value) || !whole)) return value;
    throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}.`);
  };
}

function program(environment: Environment): Command {
  const command = new Command('orchestrator-metrics')
    .description(
      'Metrics of an orchestrator of AI agents: records executions in CSV logs and answers what works, how reliably and how fast.',
    )
    .version(version())
    .configureOutput({ outputError: (text, write) => write(text) })
    .exitOverride(error => {
      process.exit(error.exitCode === 0 ? 0 : 2);
    });

  command
    .command('start')
    .description('run the service: GraphQL, GraphiQL and the graph')
    .addHelpText('after', SETTINGS_HELP)
    .action(async () => (await import('./start.ts')).start(readConfig(environment), environment));

  command
    .command('demo')
    .description('run the service on a made-up history of 120 days, to look around; nothing of it stays')
    .option('--port <n>', 'the port to listen on; 0 takes a free one (that of the settings)', number(0, 65_535))
    .option('--every <seconds>', 'between two new runs; 0 records none', number(0, 86_400, { whole: false }), 20)
    .option('--seed <n>', 'another one makes another history', number(0, 2 ** 32 - 1), 1)
    .addHelpText('after', DEMO_HELP)
    .action(async (options: DemoOptions) => (await import('./demo.ts')).demo(options, readConfig(environment), environment));

  command
    .command('record')
    .description('record executions: one JSON RecordExecutionInput, a list of them, or one a line')
    .argument('[file]', 'the file; - or nothing reads standard input', '-')
    .option('--dry-run', 'validate and answer as the real call would, and write nothing', false)
    .option('--url <url>', 'the service to send to, such as http://127.0.0.1:4000')
    .addHelpText('after', DESTINATION_HELP)
    .action(async (file: string, options: { dryRun: boolean; url?: string }) =>
      (await import('./record.ts')).record(file, options, readConfig(environment)),
    );

  command
    .command('import')
    .description('record the executions of an NDJSON file, one RecordExecutionInput a line; can be run again')
    .argument('<file>', 'the file')
    .option('--url <url>', 'the service to send to, such as http://127.0.0.1:4000')
    .addHelpText('after', DESTINATION_HELP)
    .action(async (file: string, options: { url?: string }) =>
      (await import('./import.ts')).importFile(file, options, readConfig(environment)),
    );

  command
    .command('archive')
    .description('move the logs of a year that is over to METRICS_DIR/archive; positions and answers stay as they are')
    .addHelpText('after', ARCHIVE_HELP)
    .action(async () => (await import('./archive.ts')).archive(readConfig(environment)));

  command
    .command('export')
    .description('write a log as text: executions as NDJSON that import takes again, the others as CSV; may be run beside the service')
    .addArgument(new Argument('<log>', 'what to export').choices(['executions', 'durations', 'success_rates', 'plugin_usage']))
    .option('--output <file>', 'the file to write; without it standard output')
    .option('--force', 'replace the file if it is there', false)
    .option('--for-spreadsheet', 'CSV whose cells no spreadsheet runs as formulas, none longer than Excel holds', false)
    .addHelpText('after', EXPORT_HELP)
    .action(async (log: ExportName, options: ExportOptions) =>
      (await import('./export.ts')).exportLog(log, options, readConfig(environment)),
    );

  command
    .command('verify')
    .description('read all logs and tell what is lost, changed or doubled; may be run beside the service')
    .option('--repair', 'append the rows that the shared logs miss, after saying which; with no service running', false)
    .option('--yes', 'repair without asking', false)
    .addHelpText('after', VERIFY_HELP)
    .action(async (options: { repair: boolean; yes: boolean }) => (await import('./verify.ts')).verify(options, readConfig(environment)));

  command
    .command('report')
    .description('the figures of a window: overview, patterns, plugins, phases; tables on a terminal, JSON in a pipe')
    .addOption(new Option('--window <duration>', 'how far back, as an ISO 8601 duration (default P30D), or all').conflicts('from'))
    .option('--from <time>', 'where the window begins, such as 2026-08-01T00:00:00Z; inclusive')
    .option('--to <time>', 'where the window ends; exclusive; this moment unless given')
    .option('--as-of <position>', 'what the logs held at a position that an answer carried')
    .option('--limit <n>', 'entries of each table', '10')
    .option('--url <url>', 'the service to ask, such as http://127.0.0.1:4000')
    .addHelpText('after', REPORT_HELP)
    .action(async (options: ReportOptions) => (await import('./report.ts')).report(options, readConfig(environment)));

  const graph = command.command('graph').description('look after the graph in Neo4j').addHelpText('after', GRAPH_HELP);
  for (const [name, description] of [
    ['verify', 'compare every node and relationship with the logs, as of the position that the graph stands at; changes nothing'],
    ['rebuild', 'correct the graph in place, so that it is what the logs say; readers miss nothing, what others wrote stays'],
    [
      'prune',
      'archive and remove the executions beyond GRAPH_RETENTION of each pattern, which the service does by itself with every record',
    ],
  ] as const) {
    graph
      .command(name)
      .description(description)
      .option('--url <url>', 'the service to ask, such as http://127.0.0.1:4000')
      .action(async (options: { url?: string }) => (await import('./graph.ts')).graph(name, options, readConfig(environment), environment));
  }

  return command;
}

/** Runs the command that the arguments (as in `process.argv`) name; sets the exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  try {
    await program(processEnvironment()).parseAsync([...argv]);
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof MetricsError) console.error(error.message);
    else if (error instanceof Error && 'code' in error) console.error(messageOf(error));
    else console.error(error);
  }
}
