/** Small histories of the logs, generated: what is recorded, what other programs append, and filters that hit their edges. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Log } from '../../src/log/log.ts';
import type { FilterInput } from '../../src/query/query.ts';

/** What `recordExecution` takes. */
export type RecordInput = Readonly<{ executionId: string; patternId: string; [field: string]: unknown }>;

export type HistoryEvent =
  | Readonly<{ kind: 'record'; inputs: readonly RecordInput[] }>
  /** Sent again: a duplicate, which changes nothing. */
  | Readonly<{ kind: 'repeat'; nth: number }>
  /** Another program appends to a shared log: whole rows, rows that are none, or a row that is not finished yet. */
  | Readonly<{ kind: 'append'; log: 'durations' | 'success_rates' | 'plugin_usage'; text: string }>;

/** Most of it happens in ten minutes from here. */
export const FIRST_SECOND = Date.parse('2026-03-01T00:00:00Z') / 1000;
/** What the clock says in all of it, milliseconds: inside the ten minutes, so that `last` cuts. */
export const NOW = (FIRST_SECOND + 7 * 60) * 1000 + 250;

/** Few names, so that everything meets; upper case and umlauts, since order goes by code units. */
const PATTERNS = ['p-api', 'P-fix', 'ä-tests'];
const PLUGINS = ['lint', 'Übersetzer', 'Zip'];
const PHASES = ['plan', 'Review'];

const iso = (ms: number) => new Date(ms).toISOString();
/** Instants at which clocks are moved: Berlin an hour back, Lord Howe half an hour forth, St John's an hour back; and a new year in Kathmandu. */
const MOVES = ['2025-10-26T01:00:00Z', '2025-10-04T15:30:00Z', '2025-11-02T04:30:00Z', '2025-12-31T18:15:00Z'].map(
  text => Date.parse(text) / 1000,
);
const aroundMove = fc.tuple(fc.constantFrom(...MOVES), fc.constantFrom(-1, 0, 0, 1, 1800, -1800)).map(([at, seconds]) => at + seconds);
const second = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 10 }).map(minute => FIRST_SECOND + minute * 60), weight: 4 },
  { arbitrary: aroundMove, weight: 1 },
);
const patternId = fc.constantFrom(...PATTERNS);
const plugin = fc.constantFrom(...PLUGINS);
const phase = fc.constantFrom(...PHASES);

// ---------- What is recorded ----------

const step = fc.record({
  step: fc.integer({ min: 0, max: 2 }),
  phase,
  plugin,
  durationMs: fc.constantFrom(0, 1, 250, 1000, 61_042, 3_600_000),
  status: fc.constantFrom('SUCCESS', 'SUCCESS', 'FAILED', 'SKIPPED'),
  attempt: fc.constantFrom(undefined, 2),
});

const execution = fc
  .record({
    patternId,
    patternName: fc.constantFrom(undefined, undefined, 'first name', 'second name'),
    status: fc.constantFrom('SUCCESS', 'SUCCESS', 'SUCCESS', 'FAILED', 'PARTIAL', 'CANCELLED'),
    completedMs: fc.tuple(second, fc.constantFrom(0, 0, 1, 999)).map(([at, ms]) => at * 1000 + ms),
    durationMs: fc.constantFrom(undefined, 0, 250, 1000, 90_500),
    ownWorkflow: fc.boolean(),
    steps: fc.array(step, { maxLength: 4 }),
  })
  .map(({ completedMs, ...rest }) => ({
    ...rest,
    startedAt: iso(completedMs - 60_000),
    completedAt: iso(completedMs),
    taskDescription: '',
  }));

const record = fc.array(execution, { minLength: 1, maxLength: 4 }).map(inputs => ({ kind: 'record' as const, inputs }));

// ---------- What other programs append ----------

/** As programs write times: with an offset or a fraction too. */
const time = fc.tuple(second, fc.constantFrom('Z', 'Z', 'Z', '.750Z', '+02:00')).map(([at, zone]) => {
  const shown = zone === '+02:00' ? at + 7200 : at;
  return `${iso(shown * 1000).slice(0, 19)}${zone}`;
});
const seconds = fc.constantFrom('0', '1', '1.0', '0.25', '61.042', '0.0000004', '0.0000005', '90.5', '1000000000');
const flag = fc.constantFrom('true', 'true', 'false');
const count = fc.constantFrom('0', '1', '2', '3', '5', '40');
/** Names of our own runs too (`w-…`): a row before its journal row is another program's, one after it belongs to it. */
const workflow = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 5 }).map(n => `w-${n}`), weight: 4 },
  { arbitrary: fc.constant('theirs'), weight: 1 },
);
const quotedSometimes = (name: fc.Arbitrary<string>) => fc.tuple(name, fc.boolean()).map(([text, quote]) => (quote ? `"${text}"` : text));

const durationsRow = fc
  .tuple(time, workflow, quotedSometimes(phase), fc.constantFrom('1', 'last'), quotedSometimes(plugin), seconds, flag)
  .map(columns => columns.join(','));
const successRow = fc
  .tuple(time, patternId, fc.constantFrom('their name', '"a, b"'), flag, seconds, count, count, fc.constantFrom('""', '"a ""b"", c"', ''))
  .map(columns => columns.join(','));
const usageRow = fc.tuple(time, plugin, count, seconds, count, count, seconds, time).map(columns => columns.join(','));

/** No rows of any log; the last two are nothing at all and not listed. */
const badRow = fc.constantFrom(
  'not a row',
  '2026-03-01T00:00:00Z,p-api',
  '2026-02-30T00:00:00Z,w-1,plan,1,lint,1,true',
  '2026-03-01T00:00:00Z,w-1,plan,1,lint,1,TRUE',
  '2026-03-01T00:00:00Z,w-1,plan,1,lint,-1,true',
  '2026-03-01T00:00:00Z,w-1,plan,1,,1,true',
  '2026-03-01 00:00:00,p-api,name,true,1,1,1,""',
  '2026-03-01T00:00:00Z,p-api,name,true,1000000000.1,1,1,""',
  '2026-03-01T00:00:00Z,p-api,name,true,1,1,1,"open',
  '2026-03-01T00:00:00Z,lint,1.5,1,1,0,1,2026-03-01T00:00:00Z',
  '',
  'timestamp,workflow_id,phase,step,plugin,duration_seconds,success',
);

const lines = (row: fc.Arbitrary<string>) =>
  fc
    .tuple(
      fc.array(fc.oneof({ arbitrary: row, weight: 4 }, { arbitrary: badRow, weight: 1 }), { minLength: 1, maxLength: 5 }),
      fc.constantFrom('\n', '\n', '\r\n'),
      // Without its line feed the last line does not count yet; whoever writes next ends it.
      fc.constantFrom('end', 'end', 'end', 'end', 'open'),
    )
    .map(([rows, feed, last]) => rows.join(feed) + (last === 'open' ? '' : feed));

const append = fc.oneof(
  lines(durationsRow).map(text => ({ kind: 'append' as const, log: 'durations' as const, text })),
  lines(successRow).map(text => ({ kind: 'append' as const, log: 'success_rates' as const, text })),
  lines(usageRow).map(text => ({ kind: 'append' as const, log: 'plugin_usage' as const, text })),
);

const repeat = fc.nat(20).map(nth => ({ kind: 'repeat' as const, nth }));

/** Ids are numbered, so that they are unique; some runs bear the names that other programs use too. */
function numbered(events: readonly { kind: string }[]): HistoryEvent[] {
  let next = 0;
  return (events as HistoryEvent[]).map(event => {
    if (event.kind !== 'record') return event;
    const inputs = event.inputs.map(({ ownWorkflow, ...input }) => {
      const n = next++;
      return { ...input, executionId: `e-${n}`, ...(ownWorkflow ? { workflowId: `w-${n}` } : {}) } as RecordInput;
    });
    return { kind: 'record', inputs };
  });
}

export const history: fc.Arbitrary<HistoryEvent[]> = fc
  .array(fc.oneof({ arbitrary: record, weight: 5 }, { arbitrary: append, weight: 4 }, { arbitrary: repeat, weight: 1 }), {
    minLength: 1,
    maxLength: 12,
  })
  .map(numbered);

/** Makes an event happen. */
export async function happen(log: Log, event: HistoryEvent, recorded: RecordInput[]): Promise<void> {
  if (event.kind === 'append') {
    appendFileSync(join(log.directory, `${event.log}.log`), event.text);
    return;
  }
  const again = event.kind === 'repeat' ? recorded[event.nth % Math.max(1, recorded.length)] : undefined;
  const inputs = event.kind === 'record' ? event.inputs : again ? [again] : [];
  for (const outcome of await log.record(inputs)) if (outcome instanceof Error) throw outcome;
  if (event.kind === 'record') recorded.push(...inputs);
}

// ---------- Filters ----------

/** Edges on rows, a second beside them, and between two seconds. */
const edge = fc.tuple(second, fc.constantFrom(0, 0, 0, 1000, -1000, 500)).map(([at, ms]) => iso(at * 1000 + ms));

const bounded = fc.tuple(edge, edge).map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a }));
const window = fc.oneof(
  bounded,
  aroundMove.map(at => ({ from: iso((at - 9000) * 1000), to: iso((at + 9000) * 1000) })),
  edge.map(from => ({ from })),
  edge.map(to => ({ to })),
  fc.constant({}),
  fc.integer({ min: 0, max: 9 }).map(minutes => ({ last: `PT${minutes}M` })),
  fc.tuple(edge, fc.integer({ min: 0, max: 9 })).map(([to, minutes]) => ({ to, last: `PT${minutes}M` })),
);

const some = (names: readonly string[]) =>
  fc.oneof(
    { arbitrary: fc.subarray([...names, 'unknown'], { minLength: 1, maxLength: 3 }), weight: 6 },
    { arbitrary: fc.constant([]), weight: 1 },
  );

const plugins = some(PLUGINS);
const success = fc.boolean();

/** Filters by everything and nothing; those under which plugins have their all-time totals come as often as the others. */
export const filter: fc.Arbitrary<FilterInput> = fc.oneof(
  fc.record({ window, patternIds: some(PATTERNS), plugins, phases: some(PHASES), success }, { requiredKeys: [] }),
  fc.record({ plugins, success }, { requiredKeys: [] }),
  fc.record({ window, success }, { requiredKeys: ['window'] }),
);
