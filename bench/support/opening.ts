import { setTimeout as pause } from 'node:timers/promises';
import { type Server, startService } from './processes.ts';

/** From the start of the process: until it answered `/healthz`, and until the table held all rows. */
export type Opening = Readonly<{ answersMs: number; completeMs: number }>;

type Part = { lagBytes: number; state: string };
type Ready = { parts: { table: Part; judgement: Part } };

const POLL_MS = 50;

/** Starts the service and waits until the table behind the questions is complete. */
export async function open(metricsDir: string): Promise<{ service: Server; opening: Opening }> {
  const begun = performance.now();
  const service = await startService(metricsDir);
  const answersMs = service.startedInMs;
  await complete(service, 'table');
  return { service, opening: { answersMs, completeMs: performance.now() - begun } };
}

/** Waits until a part of the service holds all rows: until judgement does, it takes its share of the thread. */
export async function complete({ url }: Pick<Server, 'url'>, part: keyof Ready['parts']): Promise<void> {
  for (;;) {
    const { parts } = (await (await fetch(`${url}/readyz`)).json()) as Ready;
    if (parts[part].state === 'live' && parts[part].lagBytes === 0) return;
    await pause(POLL_MS);
  }
}
