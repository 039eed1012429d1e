import { describe, expect, test } from 'vitest';
import { countsLine, countTests, table, total, type VitestReport } from '../../scripts/test-report.ts';

const report = (changes: Partial<VitestReport>): VitestReport => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults: [{ status: 'passed' }] }],
  ...changes,
});
const file = (status: string, ...tests: string[]) => ({
  name: 'b.test.ts',
  status,
  assertionResults: tests.map(each => ({ status: each })),
});

describe('countTests', () => {
  test.for([
    ['all pass', report({}), 0, { passed: 3, failed: 0, skipped: 0 }],
    [
      'a test fails',
      report({ numFailedTests: 1, testResults: [file('failed', 'failed', 'passed')] }),
      1,
      { passed: 3, failed: 1, skipped: 0 },
    ],
    ['a file does not load', report({ testResults: [file('failed')] }), 1, { passed: 3, failed: 1, skipped: 0 }],
    ['a set-up fails', report({ numPendingTests: 4, testResults: [file('failed', 'skipped')] }), 1, { passed: 3, failed: 1, skipped: 4 }],
    ['an error outside of tests', report({}), 1, { passed: 3, failed: 1, skipped: 0 }],
    ['no test ran', report({ numPassedTests: 0, testResults: [] }), 0, { passed: 0, failed: 1, skipped: 0 }],
    ['no report', undefined, 0, { passed: 0, failed: 1, skipped: 0 }],
    ['some are skipped', report({ numPendingTests: 2, numTodoTests: 1 }), 0, { passed: 3, failed: 0, skipped: 3 }],
  ] as const)('%s', ([, given, exitCode, expected]) => expect(countTests(given, exitCode)).toEqual(expected));
});

test('the last line counts checks and tests', () => {
  const steps = [
    { name: 'types', passed: 1, failed: 0, skipped: 0, seconds: 1.25 },
    { name: 'tests', passed: 10, failed: 2, skipped: 1, seconds: 12 },
    { name: 'set-up', passed: 1, failed: 0, skipped: 0, seconds: 0, note: 'missing: strace' },
  ];
  expect(countsLine(total(steps))).toBe('12 passed, 2 failed');
  expect(table(steps)).toBe(
    [
      'types   ok         1.3 s',
      'tests   FAILED    12.0 s  10 passed, 2 failed, 1 skipped',
      'set-up  ok         0.0 s  missing: strace',
    ].join('\n'),
  );
});
