/**
 * `npm test`: sets up what the tests need where it can, runs every check and every test, and ends with a table and the line
 * `N passed, N failed`. Further arguments go to vitest: `npm test -- test/log` runs the checks and only those tests.
 *
 * Without CI=true a missing program skips the tests that need it, by name; under CI=true it is a failure.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countsLine, countTests, type StepResult, table, total, type VitestReport } from './test-report.ts';
import { setUpTools } from './test-tools.ts';

/** Scripts of package.json that are a check each, in order: the build comes before the tests that use it. */
const CHECKS = [
  { name: 'formatting and lint', script: 'lint' },
  { name: 'types', script: 'typecheck' },
  { name: 'generated types are current', script: 'codegen:check' },
  { name: 'build', script: 'build' },
] as const;

/** Runs a program with its output on ours; answers its exit code, 1 where a signal or a missing program ended it. */
function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise(resolve => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', error => {
      console.error(`${command}: ${error.message}`);
      resolve(1);
    });
    child.on('close', code => resolve(code ?? 1));
  });
}

async function timed(name: string, work: () => Promise<Omit<StepResult, 'name' | 'seconds'>>): Promise<StepResult> {
  console.log(`\n── ${name}`);
  const startedAt = performance.now();
  const result = await work();
  return { name, ...result, seconds: (performance.now() - startedAt) / 1000 };
}

async function setUp(): Promise<Omit<StepResult, 'name' | 'seconds'>> {
  const missing = setUpTools(line => console.log(line));
  const failed = process.env['CI'] === 'true' && missing.length > 0;
  const note = missing.length > 0 ? { note: `missing: ${missing.map(({ command }) => command).join(', ')}` } : {};
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0, ...note };
}

async function check(script: string): Promise<Omit<StepResult, 'name' | 'seconds'>> {
  const code = await run('npm', ['run', '--silent', script]);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

async function tests(args: readonly string[]): Promise<Omit<StepResult, 'name' | 'seconds'>> {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-metrics-test-'));
  const file = join(folder, 'report.json');
  try {
    const code = await run('npx', [
      '--no-install',
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...args,
    ]);
    return countTests(readReport(file), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch {
    return undefined;
  }
}

const steps = [await timed('set-up', setUp)];
for (const { name, script } of CHECKS) steps.push(await timed(name, () => check(script)));
steps.push(await timed('tests', () => tests(process.argv.slice(2))));

const counts = total(steps);
console.log(`\n${table(steps)}\n\n${countsLine(counts)}`);
process.exitCode = counts.failed > 0 ? 1 : 0;
