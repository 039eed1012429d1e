import { open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What Neo4j writes for its operators, and what Java writes when it does not come that far. */
const NEO4J_LOG = 'neo4j.log';
const CONSOLE_LOG = 'console.log';

/** Enough for the cause chain of a failed start; its stack traces are left out. */
const LINES = 12;
const READ_BYTES = 64 * 1024;

/** The known reasons why a Neo4j does not start. The first that fits is told; each says what to do. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/No space left on device|disk is full/i, 'The disk is full: make room.'],
  [/Address already in use|BindException/, 'Its port was taken meanwhile: start again, or choose another port.'],
  [
    /StoreLockException|FileLockException|OverlappingFileLockException|Lock file has been locked/,
    'Another process uses its data: end that one.',
  ],
  [/Permission denied|AccessDenied|Read-only file system/, 'Its folder is not writable for this user: correct the rights.'],
  [
    /Could not reserve enough space|insufficient memory|OutOfMemory|Cannot allocate memory/,
    'There is too little memory: make room for its heap.',
  ],
  [/UnsupportedClassVersion|Unrecognized VM option/, 'Its Java does not fit: install Java 17 or 21 and let JAVA_HOME name it.'],
];

/** Where this start's part of the logs begins. */
export interface LogMark {
  readonly neo4jLogBytes: number;
}

/** The file that takes Neo4j's standard output and error from now on; the one of the start before is kept beside it. */
export async function beginConsoleLog(logs: string): Promise<{ file: string; mark: LogMark }> {
  const file = join(logs, CONSOLE_LOG);
  await rename(file, join(logs, 'console.previous.log')).catch(() => {});
  return { file, mark: { neo4jLogBytes: await sizeOf(join(logs, NEO4J_LOG)) } };
}

/** The last lines of both logs since `mark`, without stack frames; empty where there are none. */
export async function lastLines(logs: string, mark: LogMark): Promise<string[]> {
  const text = (await textSince(join(logs, CONSOLE_LOG), 0)) + (await textSince(join(logs, NEO4J_LOG), mark.neo4jLogBytes));
  const lines = text.split('\n').filter(line => line.trim() !== '' && !/^\s+(?:at |\.\.\. \d+ more)/.test(line));
  return lines.slice(-LINES);
}

/** What an operator should do about a start that failed with these lines. */
export function whatToDo(lines: readonly string[], directory: string): string {
  const text = lines.join('\n');
  const known = REASONS.find(([pattern]) => pattern.test(text))?.[1];
  return (
    known ??
    `If its data is damaged, remove ${directory}: the graph is made again from the logs (descriptions, tags and labels that others wrote are lost).`
  );
}

async function textSince(file: string, offset: number): Promise<string> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return '';
  try {
    const { size } = await handle.stat();
    // A log that is shorter than it was has been rolled over: all of it is new.
    const start = Math.max(offset > size ? 0 : offset, size - READ_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}
