import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config, Environment } from '../config.ts';
import { messageOf } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { type DemoHistory, demoFuture, demoHistory } from './demo-history.ts';
import { recordDemo } from './demo-recording.ts';
import type { Destination } from './destination.ts';
import { progressBar } from './progress.ts';
import { runService, signalled } from './running-service.ts';
import { serviceDestination } from './service-client.ts';

export type DemoOptions = Readonly<{
  /** That of the settings unless given. */
  port?: number;
  /** Between two new runs, in seconds; 0: none. */
  every: number;
  seed: number;
}>;

/**
 * Runs the service on a made-up history in a directory of its own, which goes with the process, and records a new run now and then. Of
 * the settings those of data are left out: nothing of a demo gets into logs, pattern files or a Neo4j that are there already.
 */
export async function demo({ port, every, seed }: DemoOptions, settings: Config, environment: Environment): Promise<void> {
  // Also when the terminal is closed: a signal alone would leave the directory behind.
  const stop = signalled(['SIGTERM', 'SIGINT', 'SIGHUP']);
  const directory = temporaryDirectory();
  const history = demoHistory({ end: Date.now(), seed });
  const bar = progressBar('Recording the demo', 'events');
  await recordDemo(history, { directory, logger: createLogger('warn'), clock: Date.now, onProgress: bar.update, stop });
  bar.stop();
  if (stop.aborted) process.exit(0);
  const config = demoConfig(settings, directory, port);
  await runService(config, environment, {
    welcome: (url, graph) => welcome({ url, graph, directory, history, every }),
    beside: url => {
      if (every > 0) void keepRecording(serviceDestination(url, config.apiKey), demoFuture(history, seed + 1), { every, stop });
    },
    stop,
  });
}

/** Removed when the process ends, by whatever it may still do something about. */
function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'orchestrator-metrics-demo-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}

function demoConfig(settings: Config, directory: string, port = settings.port): Config {
  return {
    ...settings,
    port,
    metricsDir: directory,
    stateDir: join(directory, '.state'),
    archive: 'never',
    patternsDir: undefined,
    graph: settings.graph === 'external' ? 'off' : settings.graph,
    neo4j: { ...settings.neo4j, uri: undefined },
  };
}

type Pace = Readonly<{ every: number; stop: AbortSignal }>;

/** Records a run now and then, one after the other, until it is told to stop. */
async function keepRecording(service: Destination, next: ReturnType<typeof demoFuture>, { every, stop }: Pace): Promise<void> {
  for (;;) {
    await pause(every * 1000, undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) return;
    const [outcome] = await service.record([next(Date.now())], false).catch(error => [error]);
    if (outcome instanceof Error) console.error(`a new run could not be recorded: ${messageOf(outcome)}`);
  }
}

type Shown = { url: string; graph: string; directory: string; history: DemoHistory; every: number };

function welcome({ url, graph, directory, history: { events, stories }, every }: Shown): string {
  const runs = events.filter(({ kind }) => kind === 'record').length;
  const { broken, together, apart, lucky, flaky, outlier, clockChange } = stories;
  const day = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);
  return `
THIS IS A DEMO: ${runs} made-up runs of the last 120 days${every > 0 ? `, and a new one every ${every} s` : ''}.
They are in ${directory}, which is removed at the end (Ctrl-C).

Dashboard   ${url}/
GraphQL     ${url}/graphql   (GraphiQL in a browser, at the same address)
Graph       ${graph}

What there is to find:
- ${broken.plugin} broke with version 2.0.0 on ${day(broken.since)}, and took its patterns with it.
- ${together.join(' and ')} work better together than apart; ${apart.join(' and ')} worse.
- ${lucky.patternId} succeeded five times of five: not the best pattern, only the luckiest.
- ${flaky.plugin} fails one time in three and succeeds when it is tried again.
- ${outlier.executionId} of ${outlier.patternId} took 40 times as long as the others.
- ${clockChange.patternId} ran once an hour while the clocks were changed: ${(clockChange.to - clockChange.from) / 3_600_000} hours in a day of ${clockChange.timeZone}.
- A script tore ${stories.torn.length} rows: they are listed, with the reason, and nothing else suffers.
`;
}
