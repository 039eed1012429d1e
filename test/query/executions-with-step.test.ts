import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Position } from '../../src/log/log.ts';
import { executionInput } from '../support/execution-inputs.ts';
import { ownStage } from '../support/question-stage.ts';

const FILTERS = [
  { plugins: ['plugin-1'] },
  { plugins: ['plugin-2', 'plugin-5', 'nobody'] },
  { phases: ['phase-0'] },
  { plugins: ['plugin-1'], phases: ['phase-1'] },
  { plugins: ['plugin-9'] },
] as const;
type Filter = { plugins?: readonly string[]; phases?: readonly string[] };

type Step = { executionId: string; patternId: string; plugin: string; phase: string };

/** How many executions of each pattern have one step that matches. */
function naive(steps: readonly Step[], { plugins, phases }: Filter): Record<string, number> {
  const found = new Map<string, Set<string>>();
  for (const { executionId, patternId, plugin, phase } of steps) {
    if (plugins && !plugins.includes(plugin)) continue;
    if (phases && !phases.includes(phase)) continue;
    found.set(patternId, (found.get(patternId) ?? new Set()).add(executionId));
  }
  return Object.fromEntries([...found].map(([patternId, executions]) => [patternId, executions.size]));
}

test('what was found for a question before is gone on from: the same as a loop over all executions, at every position', async () => {
  const stage = await ownStage({ blockRows: 3, clock: () => Date.parse('2026-03-02T00:00:00Z') });
  const steps: Step[] = [];
  const published: { position: Position; known: number }[] = [];
  const check = async ({ position, known }: (typeof published)[number]) => {
    for (const filter of FILTERS) {
      const answer = await stage.questions.patternStats({ filter }, position);
      const counts = Object.fromEntries(answer.map(({ patternId, successRate }) => [patternId, successRate.total]));
      expect(counts, `${JSON.stringify(filter)} of ${known}`).toEqual(naive(steps.slice(0, known), filter));
    }
  };
  for (let batch = 0; batch < 120; batch++) {
    const late = steps.at(-1 - (batch % 6));
    const inputs = Array.from({ length: batch % 4 }, (_, index) => {
      const seed = batch * 7 + index * 3;
      const run = { executionId: `exec-${batch}-${index}`, patternId: `p${seed % 4}` };
      // Plugin 9 is met late: its name has no number before.
      const own = [seed % 8, (seed * seed) % 7, batch > 15 ? 9 : 3].slice(0, 1 + (seed % 3));
      const status = batch % 4 === 3 ? 'SKIPPED' : 'SUCCESS';
      const ran = own.map((plugin, step) => ({ step, plugin: `plugin-${plugin}`, phase: `phase-${(plugin + seed) % 2}` }));
      if (status === 'SUCCESS') steps.push(...ran.map(({ plugin, phase }) => ({ ...run, plugin, phase })));
      return executionInput({ ...run, steps: ran.map(step => ({ ...step, durationMs: 10, status })) });
    });
    await stage.log.record(inputs);
    // Another program's step is of an execution where it bears its id and stands behind it.
    const executionId = batch % 4 === 0 && late ? late.executionId : 'elsewhere';
    if (batch % 4 !== 3)
      await appendFile(join(stage.directory, 'durations.log'), `2026-03-01T11:00:00Z,${executionId},phase-0,1,plugin-1,1,true\n`);
    if (executionId === late?.executionId) steps.push({ ...late, plugin: 'plugin-1', phase: 'phase-0' });
    published.push({ position: await stage.questions.now(), known: steps.length });
    // At some positions nobody asks before more is known; at others again after somebody asked about more.
    if (batch % 5 < 3) for (const each of published.slice(-3).toReversed()) await check(each);
  }
  for (const each of published.toReversed()) await check(each);
  for (const each of published) await check(each);
});
