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
  const { checkpoint, parts: taken } = lesson;
  parentPort?.postMessage(
    lesson,
    [checkpoint.ids, ...taken.journal.flatMap(arraysOf), ...taken.success_rates.flatMap(arraysOf)].map(memoryOf),
  );
});
await closeFiles(files);

function arraysOf({ rows }: Part<object>): ArrayBufferView[] {
  return Object.values(rows).filter(ArrayBuffer.isView);
}

/** It is handed over, not copied. */
function memoryOf({ buffer }: ArrayBufferView): ArrayBuffer {
  return buffer as ArrayBuffer;
}
