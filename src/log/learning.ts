/** What a thread beside this one learns of the logs, for whoever has much of them to learn. */
import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Checkpoint } from './checkpoints.ts';
import type { ResumePoint } from './known.ts';

/** What the thread is given: where the logs are, and what it goes on from. */
export type LearningTask = Readonly<{ directory: string; from: ResumePoint }>;

/**
 * Checkpoints as the thread comes by them, each of which goes on where the one before ended; what is too little for one is left. The
 * program is that of `learning-thread.ts`. Throws what the thread throws.
 */
export async function* learnedAside(program: URL, task: LearningTask): AsyncGenerator<Checkpoint> {
  const thread = new Worker(program, { workerData: task });
  try {
    for await (const [checkpoint] of on(thread, 'message', { close: ['exit'] })) yield checkpoint as Checkpoint;
  } finally {
    await thread.terminate();
  }
}
