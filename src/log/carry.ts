/**
 * Rows that programs wrote into files after these were archived, carried over to the live logs, each once. What was carried is
 * noted in `archive/<year>/carried` before it is appended, so that a process killed in between goes on.
 */
import { existsSync, readFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parsePluginUsageLine } from '../record/record.ts';
import { decode, linesOf } from './decode.ts';
import { closeFiles, type Files, openFiles } from './files.ts';
import { type Leftover, leftovers } from './leftovers.ts';
import { syncDirectory } from './log-file.ts';
import type { LogName } from './position.ts';
import { writeSynced } from './sealed.ts';
import { chunks, readLines } from './whole-lines.ts';

/** Of the leftover of a file, the bytes before `to` were carried; those from `from` on to where the live log ended, at `base`. */
type Carried = Readonly<{ from: number; to: number; base: number; done: boolean }>;
type Notes = Partial<Record<LogName, Carried>>;

const LINE_FEED = 10;
const NOT_YET: Carried = { from: 0, to: 0, base: 0, done: true };

const notesPath = (directory: string, { file }: Leftover) => join(directory, dirname(file), 'carried');

function readNotes(directory: string, leftover: Leftover): Notes {
  const path = notesPath(directory, leftover);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Notes) : {};
}

async function note(directory: string, leftover: Leftover, carried: Carried): Promise<void> {
  const path = notesPath(directory, leftover);
  await writeSynced(`${path}.next`, `${JSON.stringify({ ...readNotes(directory, leftover), [leftover.log]: carried }, undefined, 2)}\n`);
  await rename(`${path}.next`, path);
  await syncDirectory(dirname(path));
}

/** The whole lines of leftovers that have not been carried over. */
export async function uncarried(directory: string): Promise<Leftover[]> {
  return (await leftovers(directory)).flatMap(leftover => {
    const { from, to, done } = readNotes(directory, leftover)[leftover.log] ?? NOT_YET;
    const start = done ? to : from;
    const bytes = leftover.bytes.subarray(start, leftover.bytes.lastIndexOf(LINE_FEED) + 1);
    const line = leftover.line + [...linesOf(leftover.bytes.subarray(0, start))].length;
    return bytes.length > 0 ? [{ ...leftover, bytes, line }] : [];
  });
}

/** What can be carried over: other programs have no business with the journal. */
export async function carriable(directory: string): Promise<Leftover[]> {
  return (await uncarried(directory)).filter(({ log }) => log !== 'journal');
}

/** For the owner alone. Done again it changes nothing. */
export async function carryLeftovers(directory: string): Promise<void> {
  const waiting = await carriable(directory);
  if (waiting.length === 0) return;
  const files = await openFiles(directory);
  try {
    for (const leftover of waiting) await carry(directory, leftover, files);
  } finally {
    await closeFiles(files);
  }
}

async function carry(directory: string, leftover: Leftover, files: Files): Promise<void> {
  const file = files[leftover.log];
  const before = readNotes(directory, leftover)[leftover.log] ?? NOT_YET;
  await file.closeLine();
  // A broken-off one goes on with the bytes that it was about, and looks for them from where the live log ended then.
  const from = before.done ? before.to : before.from;
  const begun = before.done ? { from, to: from + leftover.bytes.length, base: file.end(), done: false } : before;
  await note(directory, leftover, begun);
  const bytes = leftover.bytes.subarray(0, begun.to - from);
  await file.append(await missingOf(bytes, leftover.log, { files, base: begun.base }));
  await file.sync();
  await note(directory, leftover, { ...begun, done: true });
}

/** The lines that do not stand in the live log since `base`; of totals, those that say more than the plugin's latest. */
async function missingOf(bytes: Buffer, log: LogName, { files, base }: { files: Files; base: number }): Promise<Buffer> {
  const file = files[log];
  const there = new Map<string, number>();
  for (const { text } of linesOf(await readLines(file, base, file.end(), file.end() - base + 1)))
    there.set(text, (there.get(text) ?? 0) + 1);
  const uses = log === 'plugin_usage' ? await latestUses(files) : undefined;
  const lines = [...linesOf(bytes)].filter(({ text }) => {
    const count = there.get(text) ?? 0;
    there.set(text, count - 1);
    const totals = uses && parsePluginUsageLine(text);
    return count <= 0 && !(totals && totals.uses <= (uses.get(totals.plugin) ?? -1));
  });
  return Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
}

async function latestUses({ plugin_usage: file }: Files): Promise<Map<string, number>> {
  const uses = new Map<string, number>();
  for await (const { start, bytes } of chunks(file, 0, file.end())) {
    for (const row of decode('plugin_usage', bytes, start).rows) uses.set(row.plugin, row.uses);
  }
  return uses;
}
