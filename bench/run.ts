/**
 * `npm run bench [-- recording import ids history questions judgement graph promotion changes] [--quick] [--executions 2000000] [--steps-list 100000,1000000,10000000]`:
 * runs the benchmarks against the built service, those that are named or all, and writes their sections of docs/benchmarks.md; notes that stand
 * above the figures stay.
 * `--quick` takes small sizes, to see that it works, and prints instead; `--executions` is the length of the history, and of the graph that is built and asked, `--steps-list`
 * the lengths of those that the questions are asked over, in step rows, shortest first, `--seconds` how long they are asked each time.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { changes } from './changes.ts';
import { graph } from './graph.ts';
import { history } from './history.ts';
import { ids } from './ids.ts';
import { importing } from './import.ts';
import { judgement } from './judgement.ts';
import { promotion } from './promotion.ts';
import { questions } from './questions.ts';
import { recording } from './recording.ts';

const { values, positionals } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    executions: { type: 'string' },
    seconds: { type: 'string' },
    'steps-list': { type: 'string' },
  },
  allowPositionals: true,
});

const length = values.quick ? { rounds: 1, seconds: 1 } : { rounds: 5, seconds: 4 };

const asked = values.quick
  ? { graphExecutions: 2000, asking: { rounds: 5, seconds: 5, atLeast: 2 } }
  : { graphExecutions: 200_000, asking: { rounds: 100, seconds: Number(values.seconds ?? 120), atLeast: 5 } };
const lengths = (values['steps-list'] ?? (values.quick ? '10000,50000' : '100000,1000000,10000000')).split(',').map(Number);
if (!lengths.every(length => length > 0)) throw new Error('--steps-list is numbers of step rows, such as 100000,1000000');

const graphSizes = values.quick
  ? { followed: 8_000, rounds: 1, steadySeconds: 4, perSecond: 200, beside: length, built: 5_000, askings: 5 }
  : {
      followed: 80_000,
      rounds: 3,
      steadySeconds: 20,
      perSecond: 1_000,
      beside: { rounds: 9, seconds: 5 },
      built: Number(values.executions ?? 100_000),
      askings: 60,
    };

const BENCHMARKS: Record<string, { title: string; run: () => Promise<string> }> = {
  recording: { title: 'Recording over HTTP', run: () => recording(length) },
  import: { title: 'Import', run: () => importing(values.quick ? 20_000 : 200_000) },
  ids: { title: 'Known ids', run: () => ids(values.quick ? 100_000 : 10_000_000) },
  history: { title: 'Over a long history', run: () => history(Number(values.executions ?? (values.quick ? 20_000 : 2_000_000)), length) },
  questions: { title: 'Questions', run: () => questions({ ...asked, lengths }) },
  judgement: { title: 'Judgement', run: () => judgement(values.quick ? [5_000, 20_000] : [100_000, 1_000_000]) },
  graph: { title: 'Graph', run: () => graph(graphSizes) },
  promotion: { title: 'Promotion', run: () => promotion(values.quick ? 1000 : 20_000) },
  changes: { title: 'Changes', run: () => changes(values.quick ? 500 : 10_000) },
};

const DOCUMENT = new URL('../docs/benchmarks.md', import.meta.url);
const HEAD = `# Benchmarks

Written by \`npm run bench\` (\`-- recording\`, \`import\`, \`ids\`, \`history\`, \`questions\`, \`judgement\`, \`graph\`, \`promotion\` or \`changes\` for one of them). Machines differ and are noisy: read the shares, which compare two things in one run.`;

/** The sections by title. */
function sectionsOf(document: string): Map<string, string> {
  return new Map(
    document
      .split(/^## /m)
      .slice(1)
      .map(section => [section.slice(0, section.indexOf('\n')), section.slice(section.indexOf('\n')).trim()]),
  );
}

/** What people wrote of a section, above what was measured. */
function notesOf(section: string): string {
  return section.slice(0, Math.max(0, section.search(/^Node v/m)));
}

const unknown = positionals.filter(name => !BENCHMARKS[name]);
if (unknown.length > 0) throw new Error(`no benchmark ${unknown.join(', ')}: there are ${Object.keys(BENCHMARKS).join(', ')}`);

const sections = sectionsOf(await readFile(DOCUMENT, 'utf8'));
const machine = `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}).`;
for (const [name, { title, run }] of Object.entries(BENCHMARKS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const section = `${machine} ${await run()}`;
  if (values.quick) console.log(`## ${title}\n\n${section}\n`);
  sections.set(title, `${notesOf(sections.get(title) ?? '')}${section}`);
}
const ordered = Object.values(BENCHMARKS).flatMap(({ title }) => (sections.has(title) ? `## ${title}\n\n${sections.get(title)}` : []));
if (!values.quick) await writeFile(DOCUMENT, `${[HEAD, ...ordered].join('\n\n')}\n`);
