/** What a run of the checks comes to: counts, a table for people, and one last line for machines. */

/** One step of the run. A check counts as one; the tests count each. */
export type StepResult = Readonly<{ name: string; passed: number; failed: number; skipped: number; seconds: number; note?: string }>;

/** As much of vitest's JSON report as counts. */
export type VitestReport = Readonly<{
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: readonly Readonly<{ name: string; status: string; assertionResults: readonly Readonly<{ status: string }>[] }>[];
}>;

type Counts = Pick<StepResult, 'passed' | 'failed' | 'skipped'>;

/**
 * Counts the tests of a run. A file that fails without a failed test (it does not load, or its set-up failed) counts as one failure:
 * vitest calls its tests skipped. So does a run that ended badly with nothing else to show for it, or left no report.
 */
export function countTests(report: VitestReport | undefined, exitCode: number): Counts {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const broken = report.testResults.filter(
    file => file.status === 'failed' && file.assertionResults.every(test => test.status !== 'failed'),
  );
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && (exitCode !== 0 || report.numPassedTests === 0) ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** One line a step, aligned. */
export function table(steps: readonly StepResult[]): string {
  const width = Math.max(...steps.map(({ name }) => name.length));
  return steps
    .map(step => {
      const state = step.failed > 0 ? 'FAILED' : 'ok';
      const skipped = step.skipped > 0 ? `, ${step.skipped} skipped` : '';
      const counts = step.passed + step.failed + step.skipped > 1 ? `${countsLine(step)}${skipped}` : '';
      const columns = [step.name.padEnd(width), state.padEnd(6), `${step.seconds.toFixed(1)} s`.padStart(8), counts, step.note ?? ''];
      return columns.filter(column => column !== '').join('  ');
    })
    .join('\n');
}

/** `12 passed, 0 failed`: the last line, as other programs read it. What was skipped stands in the table. */
export function countsLine({ passed, failed }: Counts): string {
  return `${passed} passed, ${failed} failed`;
}

export function total(steps: readonly Counts[]): Counts {
  const sum = (key: keyof Counts) => steps.reduce((all, step) => all + step[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}
