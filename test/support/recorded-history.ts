/** The demo's history in real logs. */
import { type DemoHistory, demoHistory } from '../../src/cli/demo-history.ts';
import { recordDemo } from '../../src/cli/demo-recording.ts';
import { silent } from './silent-logger.ts';

/** Lets it all happen in a directory, which is made where it is missing; the clock stands at `end`, milliseconds since 1970. */
export async function recordHistory(directory: string, options: { end: number; seed?: number }): Promise<DemoHistory> {
  const history = demoHistory(options);
  await recordDemo(history, { directory, logger: silent, clock: () => options.end });
  return history;
}
