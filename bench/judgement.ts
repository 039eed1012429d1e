/** What judgement costs over histories of several lengths: to fold it from the logs, to keep it, and to ask it. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { count, median, STEPS, seconds, table } from './support/comparison.ts';
import { writeHistory } from './support/history.ts';
import type { Judged, Judging } from './support/judging-process.ts';
import { withFolder } from './support/processes.ts';
import { say } from './support/progress.ts';
import { quantile } from './support/quantile.ts';

const SPAN_MS = 365 * 86_400_000;
const PROCESS = fileURLToPath(new URL('support/judging-process.ts', import.meta.url));
/** The heap's young generation as `npm start` has it. */
const NODE_OPTIONS = ['--import', 'tsx', '--expose-gc', '--max-semi-space-size=32'];

type Over = Judged & Readonly<{ executions: number }>;

function judgeOver(executions: number): Promise<Over> {
  return withFolder(async root => {
    const folder = join(root, 'metrics');
    const positions = await writeHistory(folder, executions, { steps: STEPS, spanMs: SPAN_MS });
    say(`${count(executions)} executions: judgement`);
    return { executions, ...(await judgedBy({ folder, executions, steps: STEPS, spanMs: SPAN_MS, positions })) };
  });
}

function judgedBy(asked: Judging): Promise<Judged> {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, { execArgv: NODE_OPTIONS, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.once('message', message => resolve(message as Judged));
    child.once('exit', code => code !== 0 && reject(new Error(`judgement ended with ${code}`)));
    child.send(asked);
  });
}

const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const mb = (value: number) => `${Math.round(value)} MB`;

function costRows(overs: readonly Over[]): string[][] {
  const row = (title: string, of: (over: Over) => string) => [title, ...overs.map(of)];
  return [
    row('first build', ({ buildMs }) => seconds(buildMs)),
    row('an execution, µs', ({ buildMs, executions }) => ((buildMs * 1000) / executions).toFixed(1)),
    row('of it work of processors, µs', ({ buildCpuMs, executions }) => ((buildCpuMs * 1000) / executions).toFixed(1)),
    row('the thread was held, p99 / longest', ({ heldMs }) => `${ms(heldMs.p99)} / ${ms(heldMs.longest)}`),
    row('memory of the state', ({ stateMb }) => mb(stateMb)),
    row('with all that is kept after the questions', ({ keptMb }) => mb(keptMb)),
    row('earlier states in files', ({ files }) => `${files.count}, ${mb(files.mb)}`),
    row('taken up at a start', ({ takenUpMs }) => ms(takenUpMs)),
    row('the state as of some way back, median / longest', ({ olderMs }) => `${ms(median(olderMs))} / ${ms(Math.max(...olderMs))}`),
  ];
}

function questionRows(overs: readonly Over[]): string[][] {
  const names = overs[0]?.questions.map(({ name }) => name) ?? [];
  return names.map((name, index) => {
    const times = overs.flatMap(({ questions }) => {
      const { afterOneMs = [], olderMs = [] } = questions[index] ?? {};
      return [`${ms(median(afterOneMs))} / ${ms(quantile(afterOneMs, 0.95))}`, ms(median(olderMs))];
    });
    return [`\`${name.split(',')[0]}\`${name.slice(name.split(',')[0]?.length)}`, ...times];
  });
}

/** The section of docs/benchmarks.md. */
export async function judgement(lengths: readonly number[]): Promise<string> {
  const overs: Over[] = [];
  for (const executions of lengths) overs.push(await judgeOver(executions));
  const heads = lengths.map(executions => `${count(executions)} executions`);
  return [
    `Judgement alone, in one process without the table, over executions of ${STEPS} steps, 60 patterns and 120 plugins. Built from the logs for the first time, then taken up from its file; memory is that of the heap and of`,
    'buffers, beyond the same process without judgement.',
    '',
    table(['', ...heads], costRows(overs)),
    '',
    'Questions after one more record, from its acknowledgement to the answer, p50 / p95; and as of some way back, once the state as of there is at hand, p50.',
    '',
    table(['', ...heads.flatMap(head => [head, 'as of some way back'])], questionRows(overs)),
  ].join('\n');
}
