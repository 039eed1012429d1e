/** The program of the thread that learns logs beside their owner's: it only reads. */
import { parentPort, workerData } from 'node:worker_threads';
import { closeFiles, openFilesForReading } from './files.ts';
import { Known } from './known.ts';
import { Learner } from './learner.ts';
import type { LearningTask } from './learning.ts';

const { directory, from } = workerData as LearningTask;
const files = await openFilesForReading(directory);
const known = new Known(from);
await new Learner(files, known).toLastGroup(() => {
  if (!known.isCheckpointDue) return;
  const checkpoint = known.takeCheckpoint();
  parentPort?.postMessage(checkpoint, [checkpoint.ids.buffer as ArrayBuffer]);
});
await closeFiles(files);
