/**
 * A process that archives a metrics directory, for tests that stop and kill it. Run with `node --import tsx`; arguments: the
 * directory and the time in milliseconds. It opens the logs, says `ready`, archives once a line comes in, says `archived`, and ends.
 */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { Log } from '../../src/log/log.ts';
import { silent } from './silent-logger.ts';

const [directory = '', now = ''] = process.argv.slice(2);
const log = await Log.open({ directory, logger: silent, clock: () => Number(now) });
writeSync(1, 'ready\n');
await once(process.stdin, 'data');
await log.archive();
await log.close();
writeSync(1, 'archived\n');
process.exit();
