import { pino } from 'pino';

/** What the stages need of a logger: pino's shape, so that a test can hand in a silent one. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Structured JSON lines on standard error (standard output belongs to what a command prints). Secrets never reach a field of it. */
export function createLogger(level: LogLevel): Logger {
  return pino(
    {
      level,
      serializers: { error: pino.stdSerializers.err },
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['password', '*.password', 'apiKey'],
    },
    pino.destination(2),
  );
}
