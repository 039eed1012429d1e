/** What a thread beside this one learns of the logs, for whoever has much of them to learn. */
import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Checkpoint } from './checkpoints.ts';
import type { ResumePoint } from './notes.ts';
import type { Parts } from './read-ahead.ts';

/** What the thread is given: where the logs are, and what it goes on from. */
export type LearningTask = Readonly<{ directory: string; from: ResumePoint }>;

/** What it learned of a stretch of the logs, and the columns that it came by. */
export type Lesson = Readonly<{ checkpoint: Checkpoint; parts: Parts }>;

/**
 * Lessons as the thread comes by them, each of which goes on where the one before ended; what is too little for one is left. The
 * program is that of `learning-thread.ts`. Throws what the thread throws.
 */
export async function* learnedAside(program: URL, task: LearningTask): AsyncGenerator<Lesson> {
  const thread = new Worker(program, { workerData: task });
  try {
    for await (const [lesson] of on(thread, 'message', { close: ['exit'] })) yield lesson as Lesson;
  } finally {
    await thread.terminate();
  }
}
