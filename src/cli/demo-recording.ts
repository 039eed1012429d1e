/** Lets a demo's history happen in a directory: runs are recorded as a client does, rows appended as a script does. */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Log } from '../log/log.ts';
import type { Logger } from '../logger.ts';
import type { DemoExecution, DemoHistory } from './demo-history.ts';

/** Runs recorded at once. */
const BATCH = 100;

export type DemoRecording = Readonly<{
  directory: string;
  logger: Logger;
  /** Milliseconds since 1970: not before the history's end. */
  clock: () => number;
  onProgress?: (done: number, total: number) => void;
  /** Ends it half way. */
  stop?: AbortSignal;
}>;

/** Makes the directory where it is missing. Throws where a run is refused. */
export async function recordDemo({ events }: DemoHistory, options: DemoRecording): Promise<void> {
  const { directory, onProgress, stop } = options;
  const log = await Log.open(options);
  const waiting: DemoExecution[] = [];
  const record = async () => {
    for (const outcome of await log.record(waiting.splice(0))) if (outcome instanceof Error) throw outcome;
  };
  try {
    for (const [index, event] of events.entries()) {
      if (stop?.aborted) return;
      if (event.kind === 'record') waiting.push(event.execution);
      if (event.kind === 'append' || waiting.length === BATCH) {
        await record();
        onProgress?.(index + 1, events.length);
      }
      if (event.kind === 'append') await appendFile(join(directory, `${event.log}.log`), event.text);
    }
    await record();
    onProgress?.(events.length, events.length);
  } finally {
    await log.close();
  }
}
