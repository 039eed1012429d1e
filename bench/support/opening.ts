import { setTimeout as pause } from 'node:timers/promises';
import { type Server, startService } from './processes.ts';

/** From the start of the process: until it answered `/healthz`, and until the table held all rows. */
export type Opening = Readonly<{ answersMs: number; completeMs: number }>;

type Ready = { parts: { table: { lagBytes: number; state: string } } };

const POLL_MS = 50;

/** Starts the service and waits until the table behind the questions is complete. */
export async function open(metricsDir: string): Promise<{ service: Server; opening: Opening }> {
  const begun = performance.now();
  const service = await startService(metricsDir);
  const answersMs = service.startedInMs;
  for (;;) {
    const { parts } = (await (await fetch(`${service.url}/readyz`)).json()) as Ready;
    if (parts.table.state === 'live' && parts.table.lagBytes === 0) break;
    await pause(POLL_MS);
  }
  return { service, opening: { answersMs, completeMs: performance.now() - begun } };
}
