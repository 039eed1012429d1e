import { describe, expect, test } from 'vitest';
import { MetricsError } from '../../src/errors.ts';
import { type Execution, finishedSteps, HEADERS, LIMITS } from '../../src/record/record.ts';
import { executionInput, NOW, stepInput } from '../support/execution-inputs.ts';
import { MetricsDirectory, record } from '../support/metrics-directory.ts';
import { fc } from '../support/properties.ts';
import { execution } from './arbitraries.ts';

const directory = new MetricsDirectory();

let runs = 0;

/** The input that says everything of an execution: under ids of its own, and of a past that the clock takes. */
function inputOf(given: Execution): { stored: Execution; input: Record<string, unknown> } {
  runs++;
  const [startedAt, completedAt] = [given.startedAt % NOW, given.completedAt % NOW].toSorted((a, b) => a - b) as [number, number];
  const stored = {
    ...given,
    executionId: `${given.executionId}-${runs}`,
    workflowId: `${given.workflowId}-${runs}`,
    startedAt,
    completedAt,
  };
  const iso = (milliseconds: number | undefined) => (milliseconds === undefined ? undefined : new Date(milliseconds).toISOString());
  return {
    stored,
    input: {
      ...stored,
      startedAt: iso(startedAt),
      completedAt: iso(completedAt),
      steps: given.steps.map(step => ({ ...step, startedAt: iso(step.startedAt) })),
    },
  };
}

/** How many lines each log holds as `wc -l` counts them, the header aside. */
const lineCounts = () => (['journal', 'durations', 'success_rates'] as const).map(log => directory.text(log).split('\n').length - 2);

describe('text that is recorded', () => {
  test('comes back exactly after a restart, whatever it is, and takes one line', { timeout: 60_000 }, async () => {
    let log = await directory.open();
    await fc.assert(
      fc.asyncProperty(fc.array(execution, { minLength: 1, maxLength: 8 }), async given => {
        const [journal = 0, durations = 0, success = 0] = lineCounts();
        const records = given.map(inputOf);
        for (const outcome of await log.record(records.map(({ input }) => input))) if (outcome instanceof MetricsError) throw outcome;
        log = await directory.reopen(log);
        for (const { stored } of records) expect(await log.find(stored.executionId)).toEqual(stored);
        expect(lineCounts()).toEqual([
          journal + given.length,
          durations + given.reduce((rows, each) => rows + finishedSteps(each).length, 0),
          success + given.filter(({ status }) => status !== 'cancelled').length,
        ]);
      }),
      { numRuns: 40 },
    );
  });

  const filled = (unit: string) => unit.repeat(Math.floor(LIMITS.textBytes / Buffer.byteLength(unit)));

  test.for<readonly [what: string, text: string]>([
    ['letters', filled('x')],
    ['quotes', filled('"')],
    ['commas', filled(',')],
    ['backslashes', filled('\\')],
    ['line feeds', filled('\n')],
    ['line breaks of Windows', filled('\r\n')],
    ['control characters', filled('\u0001')],
    ['line separators', filled('\u2028')],
    ['umlauts', filled('ü')],
    ['emoji', filled('😀')],
    ['escapes that are none', filled('\\u0041\\n')],
    ['a CSV file', filled(`${HEADERS.durations}\n2025-11-07T00:00:00Z,"a ""b"", c",x,1,y,1,true\r\n`)],
    ['a journal', filled(`${HEADERS.journal}\n2025-11-07T10:00:00.000Z,execution,e,w,p,n,task,success,"",0:0:0,${'0'.repeat(32)}\n`)],
    ['formulas', filled('=HYPERLINK("http://x","y")\t@SUM(1)\n+1\n-1')],
  ])('64 KB of %s: in every text an execution has', async ([, text]) => {
    const log = await directory.open();
    const input = executionInput({
      taskDescription: text,
      notes: text,
      errorMessage: text,
      steps: [stepInput({ errorMessage: text, attempt: 1 })],
      attributes: [{ key: 'all', value: text }],
    });
    await record(log, input);
    const reopened = await directory.reopen(log);
    const found = await reopened.find(input.executionId);
    expect(found).toMatchObject({ notes: text, errorMessage: text, steps: [{ errorMessage: text }], attributes: [{ value: text }] });
    expect(found?.taskDescription).toBe(text);
    expect(lineCounts()).toEqual([1, 1, 1]);
  });
});

describe('text that would not come back', () => {
  const FIELDS: readonly (readonly [field: string, input: (text: string) => Record<string, unknown>])[] = [
    ['taskDescription', text => ({ taskDescription: text })],
    ['notes', text => ({ notes: text })],
    ['errorMessage', text => ({ errorMessage: text })],
    ['steps.0.errorMessage', text => ({ steps: [stepInput({ errorMessage: text })] })],
    ['attributes.0.value', text => ({ attributes: [{ key: 'k', value: text }] })],
    ['executionId', text => ({ executionId: text })],
    ['workflowId', text => ({ workflowId: text })],
    ['patternId', text => ({ patternId: text })],
    ['patternName', text => ({ patternName: text })],
    ['steps.0.plugin', text => ({ steps: [stepInput({ plugin: text })] })],
    ['steps.0.phase', text => ({ steps: [stepInput({ phase: text })] })],
  ];

  test.for(FIELDS)('in %s is refused, the field is named, and nothing is written', async ([field, fields]) => {
    const log = await directory.open();
    const before = directory.allBytes();
    const texts = ['NUL \0 inside', '\0', 'half \ud83d', '\ude00 half', '\ude00\ud83d'];
    const outcomes = await log.record(texts.map(text => executionInput(fields(text))));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ code: 'BAD_USER_INPUT', field: field.split('.') });
      expect(String(outcome)).toMatch(new RegExp(`${field.replaceAll('.', '\\.')} must (be one line|hold no NUL)`));
    }
    expect(directory.allBytes()).toEqual(before);
  });
});
