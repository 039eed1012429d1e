/** The program of the thread that learns logs beside their owner's: it only reads. */
import { parentPort, workerData } from 'node:worker_threads';
import { closeFiles, openFilesForReading } from './files.ts';
import { Learner } from './learner.ts';
import type { LearningTask, Lesson } from './learning.ts';
import { Notes } from './notes.ts';
import type { Part, Parts } from './read-ahead.ts';

const { directory, from } = workerData as LearningTask;
const files = await openFilesForReading(directory);
const notes = new Notes(from);
const parts: Parts = { journal: [], success_rates: [] };
await new Learner(files, notes, parts).toLastGroup(() => {
  if (!notes.isCheckpointDue) return;
  const lesson: Lesson = {
    checkpoint: notes.takeCheckpoint(),
    parts: { journal: parts.journal.splice(0), success_rates: parts.success_rates.splice(0) },
  };
  parentPort?.postMessage(lesson, memoryOf(lesson));
});
await closeFiles(files);

/** What is handed over and not copied: the memory of its arrays. */
function memoryOf({ checkpoint, parts: { journal, success_rates } }: Lesson): ArrayBuffer[] {
  const columns = [...journal, ...success_rates].flatMap(({ rows }: Part<object>) => Object.values(rows).filter(ArrayBuffer.isView));
  return [checkpoint.ids, ...columns].map(({ buffer }) => buffer as ArrayBuffer);
}
