/** `npm run bench`: runs the benchmarks against the built service and writes docs/benchmarks.md. */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { recording } from './recording.ts';

const head = [
  '# Benchmarks',
  '',
  `Written by \`npm run bench\` on Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}). Machines differ and are noisy: read the shares, which compare two things in one run.`,
].join('\n');

await writeFile(new URL('../docs/benchmarks.md', import.meta.url), `${head}\n\n${await recording()}\n`);
