/**
 * A process that brings a folder of pattern files up to date once, for tests that kill it. Run with `node --import tsx`; arguments:
 * the folder, and figures as JSON. Says `waiting`; once a line comes in, does it, and last says `done`.
 */
import { START } from '../../src/log/log.ts';
import { type PatternFigure, PatternFilesProjection } from '../../src/projection/pattern-files/pattern-files.ts';
import { silent } from './silent-logger.ts';

const [directory = '', json = '[]'] = process.argv.slice(2);
const known = JSON.parse(json) as PatternFigure[];
const figures = async () => known;
const projection = new PatternFilesProjection({ directory, figures, logEnd: () => START, logger: silent, clock: Date.now });

console.log('waiting');
process.stdin.once('data', async () => {
  await projection.load();
  console.log('done');
  process.exit();
});
