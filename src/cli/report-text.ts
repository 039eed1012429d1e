/** A report as tables for a terminal. */
import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Durations, PatternFigures, PhaseStats, PluginFigures, Rate, Report, Totals } from './report-answers.ts';
import { PROBLEMATIC, SLOW } from './report-answers.ts';
import { count, day, interval, number, percent, seconds, secondsInterval, span } from './report-figures.ts';
import { changesWords, promotionsWords } from './report-words.ts';

export type Terminal = Readonly<{ width: number; bold: boolean }>;

/** One table of a report. The first column is text and is cut where the terminal is narrow; the others are figures. */
type Section = Readonly<{ title: string; columns: readonly string[]; rows: readonly (readonly string[])[]; empty: string }>;

/** The tables, in the order in which they are shown. */
const SECTIONS: readonly ((report: Report) => Section)[] = [
  overviewSection,
  topPatternsSection,
  mostUsedSection,
  phasesSection,
  slowSection,
  problematicSection,
];

/** With fewer executions the intervals say more than the rates. */
const FEW = 30;

export function reportText(report: Report, terminal: Terminal): string {
  const words = [changesWords(report), promotionsWords(report)].map(({ title, lines, empty }) =>
    [headingText(title, terminal), ...(lines.length === 0 ? [empty] : lines).map(line => wrapped(line, terminal.width))].join('\n'),
  );
  const sections = SECTIONS.map(section => sectionText(section(report), terminal));
  return [...opening(report), ...words, ...sections, `As of ${report.asOf}`].join('\n\n');
}

function opening({ from, to, current, all }: Report): string[] {
  const history =
    all.from === null
      ? 'The logs hold no rows.'
      : `The logs hold ${count(all.executions, 'execution')} and ${count(all.steps, 'step')}, ${span(all)}.`;
  const window = from === null ? 'Nothing to report on.' : `This report: ${span({ from, to })}.`;
  return [`${window}\n${history}`, ...warning(current, all.to)];
}

function warning({ executions }: Totals, newest: string | null): string[] {
  if (newest === null || executions >= FEW) return [];
  if (executions === 0) return [`No execution in this window; the newest row is of ${day(newest)}. --window all reports on everything.`];
  return [
    `Only ${count(executions, 'execution')}: the intervals are wide, and a percentile of few says little. Compare intervals, not rates.`,
  ];
}

// ---------- Sections ----------

const RATE = ['rate', '95 % interval', 'of'];
const DURATIONS = ['mean', 'median', 'p95', 'n'];

function overviewSection({ current, previous }: Report): Section {
  const line = (name: string, cell: (totals: Totals) => string) => [name, cell(current), ...(previous ? [cell(previous)] : [])];
  const duration = (name: 'meanSeconds' | 'medianSeconds' | 'p95Seconds') => (totals: Totals) => seconds(totals.durations[name]);
  return {
    title: 'Overview',
    columns: ['', 'window', ...(previous ? ['the one before'] : [])],
    rows: [
      line('Executions', totals => number(totals.executions)),
      line('Success rate', ({ successRate }) => `${percent(successRate.value)} of ${number(successRate.total)}`),
      line('95 % interval', ({ successRate }) => interval(successRate)),
      line('Mean duration', duration('meanSeconds')),
      line('Median', duration('medianSeconds')),
      line('95 % interval', ({ medianInterval }) => secondsInterval(medianInterval)),
      line('p95', duration('p95Seconds')),
      line('Timed executions', totals => number(totals.durations.n)),
      line('Patterns', totals => number(totals.patterns)),
      line('Plugins', totals => number(totals.plugins)),
      line('Steps', totals => number(totals.steps)),
      line('Cancelled', totals => number(totals.cancelled)),
    ],
    empty: '',
  };
}

function topPatternsSection({ topPatterns }: Report): Section {
  const row = ({ name, status, successRate, durations }: PatternFigures) => [
    name,
    status.toLowerCase(),
    ...rateCells(successRate),
    ...durationCells(durations),
  ];
  return {
    title: 'Top patterns, by the lower end of the interval of their success rate',
    columns: ['pattern', 'status', ...RATE, ...DURATIONS],
    rows: topPatterns.map(row),
    empty: 'No pattern ran.',
  };
}

const PLUGIN = ['plugin', 'uses', ...RATE, ...DURATIONS];

function pluginRow({ name, uses, reliability, durations }: PluginFigures): string[] {
  return [name, number(uses), ...rateCells(reliability), ...durationCells(durations)];
}

function mostUsedSection({ mostUsedPlugins }: Report): Section {
  return { title: 'Plugins most used', columns: PLUGIN, rows: mostUsedPlugins.map(pluginRow), empty: 'No plugin was used.' };
}

function phasesSection({ phases }: Report): Section {
  const row = ({ phase, success, durations }: PhaseStats) => [phase, ...rateCells(success), ...durationCells(durations)];
  return { title: 'Phases', columns: ['phase', ...RATE, ...DURATIONS], rows: phases.map(row), empty: 'No step ran.' };
}

function slowSection({ slowPlugins }: Report): Section {
  return {
    title: 'Slow plugins, by mean duration',
    columns: PLUGIN,
    rows: slowPlugins.map(pluginRow),
    empty: `No plugin has ${SLOW.minUses} uses.`,
  };
}

function problematicSection({ problematicPlugins }: Report): Section {
  return {
    title: `Problematic plugins: reliability ${PROBLEMATIC.maxReliability * 100} % or less at ${PROBLEMATIC.minUses} uses or more`,
    columns: PLUGIN,
    rows: problematicPlugins.map(pluginRow),
    empty: 'None.',
  };
}

// ---------- Drawing ----------

/** Lines under the headings alone: figures are easier to compare without a grid. */
const LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};
const GAP = 2;
const LEAST_NAME = 12;

/** At most `width` characters a line, further lines indented; a word that is longer stays whole. */
function wrapped(line: string, width: number): string {
  const indent = '  ';
  const lines = [''];
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.trim() === '') lines[lines.length - 1] = last + word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(indent + word);
  }
  return lines.join('\n');
}

function headingText(title: string, { bold }: Terminal): string {
  return bold ? styleText('bold', title) : title;
}

function sectionText({ title, columns, rows, empty }: Section, terminal: Terminal): string {
  const heading = headingText(title, terminal);
  const { width } = terminal;
  if (rows.length === 0) return `${heading}\n${empty}`;
  const widths = columns.map((column, index) => Math.max(...[column, ...rows.map(row => row[index] ?? '')].map(cell => cell.length)));
  const [name = 0, ...figures] = widths;
  const room = width - figures.reduce((sum, figure) => sum + figure + GAP, 0);
  const colWidths = [Math.max(Math.min(name, room), Math.min(name, LEAST_NAME)), ...figures];
  const table = new Table({
    chars: LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths,
    colAligns: columns.map((_, index) => (index === 0 ? 'left' : 'right')),
  });
  table.push(
    [...columns],
    colWidths.map(column => '─'.repeat(column)),
    ...rows.map(row => [...row]),
  );
  return `${heading}\n${table.toString()}`;
}

function rateCells(rate: Rate): string[] {
  return [percent(rate.value), interval(rate), number(rate.total)];
}

function durationCells({ meanSeconds, medianSeconds, p95Seconds, n }: Durations): string[] {
  return [seconds(meanSeconds), seconds(medianSeconds), seconds(p95Seconds), number(n)];
}
