/** The demo's history in real logs: recorded as a client does, and appended to as a script does. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DemoHistory, demoHistory } from '../../src/cli/demo-history.ts';
import { Log } from '../../src/log/log.ts';
import { silent } from './silent-logger.ts';

/** Lets it all happen in a directory, which is made where it is missing; the clock stands at `end`, milliseconds since 1970. */
export async function recordHistory(directory: string, options: { end: number; seed?: number }): Promise<DemoHistory> {
  const history = demoHistory(options);
  const log = await Log.open({ directory, logger: silent, clock: () => options.end });
  const waiting: unknown[] = [];
  const record = async () => {
    for (const outcome of await log.record(waiting.splice(0))) if (outcome instanceof Error) throw outcome;
  };
  for (const event of history.events) {
    if (event.kind === 'record') {
      waiting.push(event.execution);
    } else {
      await record();
      appendFileSync(join(directory, `${event.log}.log`), event.text);
    }
  }
  await record();
  await log.close();
  return history;
}
