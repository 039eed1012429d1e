/** What the system calls of a recorder must show: nothing is answered, derived or linked before what it rests on is durable. */
import { dirname } from 'node:path';
import { LOG_NAMES, SHARED_LOGS } from '../../src/log/log.ts';
import { type SystemCall, succeeded } from './system-calls.ts';

const WRITES = new Set(['write', 'pwrite64', 'writev', 'pwritev']);
const SYNCS = new Set(['fsync', 'fdatasync']);
const CUTS = new Set(['truncate', 'ftruncate']);
const LINKS = /^(link|rename)/;
/** `ack` and `at` are what a recorder process says of an answer. */
const ANSWER = /^, "(ack|at) /;

/** Every fault of a trace that begins before the directory is opened; empty where the order is safe. */
export function durabilityFaults(all: readonly SystemCall[], directory: string): string[] {
  const state = `${directory}/.state/`;
  const calls = all.filter(({ path }) => path.startsWith(directory) && !path.startsWith(state));
  const answers = all.filter(({ name, text }) => WRITES.has(name) && ANSWER.test(text));
  const [first] = answers;
  return [
    ...(first ? [...openingFaults(calls, first, directory), ...folderFaults(all, first, directory)] : ['nothing was answered']),
    ...answers.flatMap(answer => answerFaults(calls, answer, directory)),
    ...SHARED_LOGS.flatMap(log => early(calls, `${directory}/journal.log`, `${directory}/${log}.log`)),
    ...calls.filter(({ name }) => LINKS.test(name)).flatMap(link => linkFaults(calls, link, answers)),
    ...calls.filter(call => CUTS.has(call.name) && call.path.endsWith('.log')).map(({ name, path }) => `${name} of ${path}`),
  ];
}

/** After a failed sync questions are still answered, as of what was durable before it; nothing is acknowledged. */
function answerFaults(calls: readonly SystemCall[], answer: SystemCall, directory: string): string[] {
  const failed = calls.filter(
    call => SYNCS.has(call.name) && call.path.endsWith('.log') && call.ended < answer.started && !succeeded(call),
  );
  if (failed.length > 0 && answer.text.startsWith(', "at ')) return [];
  return [
    ...failed.map(({ path }) => `answered after a sync of ${path} had failed: ${answer.text}`),
    ...unsynced(calls, answer, directory).map(path => `answered before ${path} was synced: ${answer.text}`),
  ];
}

/** The sync began after the write had ended, so it covers it; and it ended before what rests on it began. */
function isSynced(calls: readonly SystemCall[], write: SystemCall, before: SystemCall): boolean {
  return calls.some(
    call =>
      SYNCS.has(call.name) && call.path === write.path && call.started > write.ended && call.ended < before.started && succeeded(call),
  );
}

/** Logs with bytes that are not synced before a call. */
function unsynced(calls: readonly SystemCall[], before: SystemCall, directory: string): string[] {
  const logs = LOG_NAMES.map(log => `${directory}/${log}.log`);
  return logs.filter(path => {
    const last = calls.findLast(call => WRITES.has(call.name) && call.path === path && call.ended < before.started);
    return last && !isSynced(calls, last, before);
  });
}

/** What another process left unsynced counts once it is read: all logs and the folder are synced before the first answer. */
function openingFaults(calls: readonly SystemCall[], first: SystemCall, directory: string): string[] {
  const synced = new Set(
    calls.filter(call => SYNCS.has(call.name) && succeeded(call) && call.ended < first.started).map(({ path }) => path),
  );
  const wanted = [directory, ...LOG_NAMES.map(log => `${directory}/${log}.log`)];
  return wanted.filter(path => !synced.has(path)).map(path => `opened and answered without a sync of ${path}`);
}

/** The name of a folder that was created is durable, or all that is in it may be gone. */
function folderFaults(all: readonly SystemCall[], first: SystemCall, directory: string): string[] {
  const created = all.filter(call => call.name.startsWith('mkdir') && succeeded(call) && directory.startsWith(call.path));
  return created
    .filter(folder => !isSynced(all, { ...folder, path: dirname(folder.path) }, first))
    .map(({ path }) => `answered before the name of the folder ${path} was synced`);
}

/** Rows are derived only from journal rows that are durable. */
function early(calls: readonly SystemCall[], journal: string, derived: string): string[] {
  const writes = calls.filter(({ name, path }) => WRITES.has(name) && path === derived);
  return writes.flatMap(write => {
    const last = calls.findLast(call => WRITES.has(call.name) && call.path === journal && call.started < write.started);
    return last && !isSynced(calls, last, write) ? [`${derived} was written before ${journal} was synced`] : [];
  });
}

/** What gets a name is durable before, and the name is before anything is answered. */
function linkFaults(calls: readonly SystemCall[], link: SystemCall, answers: readonly SystemCall[]): string[] {
  if (!succeeded(link)) return [];
  const written = calls.findLast(call => WRITES.has(call.name) && call.path === link.path && call.ended < link.started);
  const faults = written && !isSynced(calls, written, link) ? [`${link.target} was linked before its content was synced`] : [];
  const answer = answers.find(({ started }) => started > link.ended);
  const named = { ...link, path: dirname(link.target) };
  if (answer && !isSynced(calls, named, answer)) faults.push(`answered before the name ${link.target} was synced: ${answer.text}`);
  return faults;
}
