/**
 * Pattern files: the Markdown and YAML files in which people and agents read about a pattern. In flow the logs' position and
 * the questions' figures as of it; out flow the same files with these figures, in the folder of their status.
 * What always holds:
 *
 * - Only the figures change, in place: every other byte of a file stays, whoever wrote it, and when.
 * - A file is replaced whole or not at all, and is never outside of PATTERNS_DIR, gone, or in two folders.
 * - What is in doubt (a file that cannot be read, a pattern with two files, a name taken) is told and left alone.
 * - The files are the state: every start compares all of them with the logs. No file is written more than once a second.
 */
export type { PatternFigure, PatternFigures } from './figures.ts';
export { type PatternFilesOptions, PatternFilesProjection } from './pattern-files-projection.ts';
export { positionsOf } from './positions-of.ts';
