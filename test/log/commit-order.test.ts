import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MetricsDirectory } from '../support/metrics-directory.ts';
import { RecorderProcess } from '../support/recorder-process.ts';
import { hasStrace, readCalls, type SystemCall, traced } from '../support/system-calls.ts';

const directory = new MetricsDirectory();
const SHARED = ['durations', 'success_rates', 'plugin_usage'] as const;

const skipped = !hasStrace && process.env['CI'] !== 'true';

describe('the system calls of a commit', () => {
  test.skipIf(skipped)(
    `come in the order that makes an answer safe${skipped ? ' (SKIPPED: this machine has no strace)' : ''}`,
    { timeout: 60_000 },
    async () => {
      // Given a recorder whose calls are watched, through two records
      const trace = join(directory.path, 'trace');
      const recorder = new RecorderProcess(['twice', directory.path, 'e'], traced(trace));
      await recorder.end();
      expect(recorder.said).toEqual(['ready', 'e-1', 'e-2']);
      const calls = readCalls(trace);
      const said = (line: string) => only(calls.filter(({ text }) => text.startsWith(`, "${line}\\n"`)));

      for (const [id, before] of [
        ['e-1', 'ready'],
        ['e-2', 'e-1'],
      ] as const) {
        const between = calls.filter(({ started, ended }) => started > said(before).ended && ended < said(id).started);
        const commit = between.filter(({ path }) => path.startsWith(directory.path));
        const on = (log: string, name: string) => only(commit.filter(call => call.name === name && call.path.endsWith(`/${log}.log`)));
        // when a record is written: one write call a log, and one sync
        const [written, synced] = [on('journal', 'write'), on('journal', 'fdatasync')];
        expect(written.text).toContain(`,execution,${id},`);
        // then the journal is durable before anything is derived from it
        inOrder(written, synced);
        for (const log of SHARED) {
          inOrder(synced, on(log, 'write'));
          // and what is derived is durable before the answer
          inOrder(on(log, 'write'), on(log, 'fdatasync'));
          inOrder(on(log, 'fdatasync'), said(id));
        }
        expect(commit).toHaveLength(8);
      }
    },
  );
});

/** The one call; a write that was split, or a second sync, would be a second one. */
function only(calls: readonly SystemCall[]): SystemCall {
  expect(calls).toHaveLength(1);
  return calls[0] ?? expect.fail('no call');
}

function inOrder(first: SystemCall, second: SystemCall): void {
  expect(first.result, `${first.name} of ${first.path}`).toBeGreaterThanOrEqual(0);
  expect(first.ended, `${first.name} of ${first.path} before ${second.name} of ${second.path}`).toBeLessThan(second.started);
}
