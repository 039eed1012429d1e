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
  [/No space left on device/i, 'The disk is full: make room.'],
  [/Address already in use|BindException/, 'Its port was taken meanwhile: start again, or choose another port.'],
  [/FileLockException|has been locked by another process/, 'Another process uses its data: end that one.'],
  [/Permission denied|AccessDenied|Read-only file system/, 'Its folder is not writable for this user: correct the rights.'],
  [/Too small|OutOfMemory/, 'Its heap is too small: give it more (512 MB is enough for a small graph).'],
  [/Could not reserve enough space|insufficient memory|Cannot allocate memory/, 'The machine has too little memory for it: make room.'],
  [
    /failed to execute|UnsupportedClassVersion|Unrecognized VM option/,
    'Its Java does not run: install Java 17 or 21 and let JAVA_HOME name it.',
  ],
  [
    /store version|metadata store|cannot open its database|corrupt|checkpoint|UnderlyingStorageException|does not take the password/i,
    'Put its folder back from a copy, or remove it: the graph is made again from the logs (only what others wrote on its nodes is lost).',
  ],
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

/** The last lines of both logs since `mark`: without stack frames, and without mere news where there are errors. Empty where there are none. */
export async function lastLines(logs: string, mark: LogMark): Promise<string[]> {
  const text = (await textSince(join(logs, CONSOLE_LOG), 0)) + (await textSince(join(logs, NEO4J_LOG), mark.neo4jLogBytes));
  const lines = text.split('\n').filter(line => /[^\s\p{Cc}]/u.test(line) && !/^\s+(?:at |\.\.\. \d+ more)/.test(line));
  const troubles = lines.filter(line => !/^\S+ \S+ INFO /.test(line));
  return (troubles.length > 0 ? troubles : lines).slice(-LINES);
}

/** What an operator should do about a start that failed in this way with these lines. */
export function whatToDo(how: string, lines: readonly string[]): string {
  const text = [how, ...lines].join('\n');
  const known = REASONS.find(([pattern]) => pattern.test(text))?.[1];
  return known ?? 'Its log says why. GRAPH=off starts the service without a graph; recording and all questions to the logs do not need it.';
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
