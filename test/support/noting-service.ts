/** The service as its users start it, with a client that notes in a history what it calls and what it is told. */
import { afterEach } from 'vitest';
import { type Figures, History } from './history.ts';
import { eventually, type RunningService, startService } from './program.ts';

const RECORD = `mutation ($inputs: [RecordExecutionInput!]!) {
  recordExecutions(inputs: $inputs) { executionId payload { duplicate position } error { code message retryable } }
}`;
const ASK = `{
  patternStats { asOf patterns { patternId successRate { successes total } } }
  pluginStats { plugins { name uses } }
}`;

type Recorded = { executionId: string; payload?: { duplicate: boolean; position: string }; error?: Refusal };
type Refusal = { code: string; message: string; retryable: boolean };

/** `recorded`, `duplicate`, or why it is neither. */
export type Told = 'recorded' | 'duplicate' | Refusal;

const running = new Set<NotingService>();

export class NotingService {
  readonly history: History;
  readonly #service: RunningService;

  private constructor(service: RunningService, history: History) {
    this.#service = service;
    this.history = history;
    running.add(this);
  }

  /** A later service on the same directory goes on with the history of the one before. */
  static async start(environment: Record<string, string>, history = new History()): Promise<NotingService> {
    return new NotingService(await startService(environment), history);
  }

  get pid(): number {
    return this.#service.pid;
  }

  get url(): string {
    return this.#service.url;
  }

  /** One call with all of them; each is told on its own. */
  async record(...inputs: readonly { executionId: string }[]): Promise<Told[]> {
    this.history.call(...inputs.map(({ executionId }) => executionId));
    const { data, errors } = await this.#service.ask(RECORD, { inputs });
    if (!data?.recordExecutions) throw new Error(`no answer to a recording: ${JSON.stringify(errors)}`);
    return (data.recordExecutions as Recorded[]).map(({ executionId, payload, error }) => {
      if (payload) this.history.acknowledge(executionId, payload.position);
      if (payload) return payload.duplicate ? 'duplicate' : 'recorded';
      return error ?? { code: 'none', message: '', retryable: false };
    });
  }

  /** Asks for the figures of every pattern and plugin, and throws where it is told anything else. */
  async ask(): Promise<Figures> {
    const { data, errors } = await this.#service.ask(ASK);
    if (errors || !data?.patternStats || !data.pluginStats) throw new Error(`no answer to a question: ${JSON.stringify(errors)}`);
    const patterns = data.patternStats.patterns as { patternId: string; successRate: { successes: number; total: number } }[];
    const plugins = data.pluginStats.plugins as { name: string; uses: number }[];
    const figures = {
      patterns: Object.fromEntries(
        patterns.map(({ patternId, successRate: { successes, total } }) => [patternId, [total, successes] as const]),
      ),
      plugins: Object.fromEntries(plugins.map(({ name, uses }) => [name, uses])),
    };
    this.history.answer(data.patternStats.asOf, figures);
    return figures;
  }

  /** Asks again and again while `work` is done; rejects if any question is not answered. */
  async askThroughout<Result>(work: () => Promise<Result>): Promise<Result> {
    let working = true;
    const asking = (async () => {
      do await this.ask();
      while (working);
    })();
    try {
      return (await Promise.all([work().finally(() => (working = false)), asking]))[0];
    } finally {
      working = false;
      await asking.catch(() => undefined);
    }
  }

  /** Why nothing can be recorded now; null while recording works. */
  async recordingError(): Promise<string | null> {
    const { data } = await this.#service.ask('{ logStatus { recordingError } }');
    return data.logStatus.recordingError;
  }

  /** Resolves once recording works again, without anybody calling. */
  async resumed(): Promise<void> {
    await eventually(
      () => this.recordingError(),
      error => error === null,
      30_000,
    );
  }

  /** What `/readyz` says: its status, and the state of recording. */
  async readiness(): Promise<{ status: number; recording: string }> {
    const response = await fetch(`${this.url}/readyz`);
    const { parts } = (await response.json()) as { parts: { recording: { state: string } } };
    return { status: response.status, recording: parts.recording.state };
  }

  async end(signal?: NodeJS.Signals): Promise<number | null> {
    running.delete(this);
    return this.#service.end(signal);
  }
}

afterEach(async () => {
  for (const service of running) await service.end('SIGKILL');
});
