/** Random executions for properties: any text that the rules of an input let through, and the characters that break lines often. */
import { CHAIN_START, EXECUTION_STATUSES, type Execution, formatJournalLine, STEP_STATUSES, type Step } from '../../src/record/record.ts';
import { fc } from '../support/properties.ts';

const anyCharacter = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });
const NASTY = [
  '\n',
  '\r',
  '\r\n',
  '\t',
  '"',
  '""',
  ',',
  '\\',
  '\\n',
  '\\u0041',
  '\u0085',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\u007f',
  "'",
  ' ',
  '😀',
  'é',
];

/** Any Unicode text without NUL. */
export const text = fc
  .array(fc.oneof(anyCharacter, fc.constantFrom(...NASTY)), { maxLength: 30 })
  .map(characters => characters.join('').replaceAll('\0', ''));

/** Any text that may stand in a plain column: one line without comma, quote or byte order mark, not blank. */
export const name = text.map(value => value.replace(/[,"\p{Cc}\u2028\u2029\ufeff]/gu, '')).filter(value => value.trim() !== '');

const FIRST_MS = 0;
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');
const instantMs = fc.integer({ min: FIRST_MS, max: LAST_MS });
const durationMs = fc.oneof(fc.nat(1_000_000), fc.integer({ min: 0, max: 1e12 }));
const count = fc.nat(2 ** 31 - 1);

export const step: fc.Arbitrary<Step> = fc.record(
  {
    step: count,
    phase: name,
    plugin: name,
    durationMs,
    status: fc.constantFrom(...STEP_STATUSES),
    attempt: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    startedAt: instantMs,
    pluginVersion: name,
    errorMessage: text.filter(value => value !== ''),
  },
  { requiredKeys: ['step', 'phase', 'plugin', 'durationMs', 'status', 'attempt'], noNullPrototype: true },
);

export const execution: fc.Arbitrary<Execution> = fc.record(
  {
    executionId: name,
    workflowId: name,
    patternId: name,
    patternName: name,
    taskDescription: text,
    status: fc.constantFrom(...EXECUTION_STATUSES),
    startedAt: instantMs,
    completedAt: instantMs,
    durationMs,
    errorMessage: text,
    filesCreated: count,
    notes: text,
    steps: fc.array(step, { maxLength: 5 }),
    attributes: fc.uniqueArray(fc.record({ key: name, value: text }, { noNullPrototype: true }), {
      maxLength: 3,
      selector: ({ key }) => key,
    }),
  },
  { noNullPrototype: true },
);

const baseOf = (position: fc.Arbitrary<number>) =>
  fc.record({ durations: position, success_rates: position, plugin_usage: position }, { noNullPrototype: true });
/** Mostly of logs as long as there are some. */
export const base = fc.oneof({ weight: 4, arbitrary: baseOf(fc.nat(2 ** 40)) }, baseOf(fc.maxSafeNat()));

/** The line of an execution in the journal, of which one bit is not what it was. */
export const lineWithChangedBit = fc.tuple(execution, base, fc.nat(), fc.nat(7)).map(([given, positions, at, bit]) => {
  const bytes = Buffer.from(formatJournalLine(given, positions, CHAIN_START));
  const place = at % bytes.length;
  bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
  return bytes;
});
