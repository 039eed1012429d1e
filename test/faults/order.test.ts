import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { durabilityFaults } from '../support/durability.ts';
import { needs } from '../support/faults.ts';
import { briefRun, killPoints, ofOpening } from '../support/killed-run.ts';
import { MetricsDirectory } from '../support/metrics-directory.ts';
import { type SystemCall, succeeded } from '../support/system-calls.ts';

const directory = new MetricsDirectory();
const metrics = () => join(directory.path, 'metrics');
const run = (prefix: string) => ({ directory: metrics(), prefix, trace: join(directory.path, `${prefix}.trace`) });

const [skipped, name] = needs('strace', 'the order of system calls is safe');

describe.skipIf(skipped)(name, () => {
  test('in a directory that is created, and in one that is opened again', async () => {
    const created = await briefRun(run('created'));
    expect(created.said.at(-1)).toBe('done');
    expect(durabilityFaults(created.calls, metrics())).toEqual([]);
    const linked = ofOpening(created.calls).filter(call => /^(link|rename)/.test(call.name) && succeeded(call));
    expect(linked.length).toBeGreaterThanOrEqual(4);
    expect(durabilityFaults((await briefRun(run('again'))).calls, metrics())).toEqual([]);
  });

  test('in a directory whose last group was written and not synced', async () => {
    // Given a journal whose last rows are in memory alone: killed just before that is synced
    const points = killPoints((await briefRun({ ...run('points'), directory: join(directory.path, 'other') })).calls);
    const last = points.findLast(({ call }) => call === 'fdatasync');
    const { killed } = await briefRun(run('killed'), last && { ...last, when: last.when - 3 });
    expect(killed).toBe(true);
    // when it is opened and recorded to
    const { said, calls } = await briefRun(run('again'));
    expect(said.at(-1)).toBe('done');
    // then what is answered is durable, whoever wrote it
    expect(durabilityFaults(calls, metrics())).toEqual([]);
  });

  test.for<readonly [why: string, spoil: (call: SystemCall) => SystemCall[], fault: RegExp]>([
    [
      'syncs that fail',
      call => [/^fdatasync$/.test(call.name) ? { ...call, result: -1 } : call],
      /answered after a sync of \S+ had failed/,
    ],
    ['a log that is never synced', call => (isSync(call, '/durations.log') ? [] : [call]), /answered before \S+durations.log was synced/],
    ['a journal that is synced late', call => [isSync(call, '/journal.log') ? later(call) : call], /was written before \S+journal.log/],
    ['a folder that is never synced', call => (isSync(call, '/metrics') ? [] : [call]), /before the name \S+ was synced/],
    [
      'a new folder whose name is not synced',
      call => (/\/metrics-\w+$/.test(call.path) ? [] : [call]),
      /the name of the folder \S+metrics/,
    ],
    ['content that is not synced before it is linked', call => (isSync(call, '.new') ? [] : [call]), /linked before its content/],
    ['a log that is cut', call => [isSync(call, '/journal.log') ? { ...call, name: 'ftruncate' } : call], /ftruncate of \S+journal.log/],
    ['an opening without syncs', call => (isSync(call, '/success_rates.log') ? [] : [call]), /without a sync of \S+success_rates.log/],
  ])('and %s would be found', async ([, spoil, fault]) => {
    whole ??= briefRun(run('spoilt')).then(({ calls }) => ({ calls, path: metrics() }));
    const { calls, path } = await whole;
    expect(durabilityFaults(calls.flatMap(spoil), path).join('\n')).toMatch(fault);
  });
});

/** Of one run, for all that is spoilt. */
let whole: Promise<{ calls: SystemCall[]; path: string }> | undefined;

function isSync({ name, path }: SystemCall, of: string): boolean {
  return /^f(data)?sync$/.test(name) && path.endsWith(of);
}

/** By so much that what should have waited for it has begun. */
function later(call: SystemCall): SystemCall {
  return { ...call, ended: call.ended + 50 };
}
