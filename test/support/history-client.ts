/** Clients that note what they call and what they are told. */
import { variedExecution } from './execution-inputs.ts';
import type { Figures, History } from './history.ts';
import type { Answer, RunningService } from './program.ts';

/**
 * Notes what a recorder process (`recorder.ts`) said: `call <id>…` before it calls, `ack <id> <position>` once it is answered,
 * `at <position> <figures>` of what a question gave.
 */
export function noteSaid(history: History, said: readonly string[]): void {
  for (const line of said) {
    const [word, first = '', ...rest] = line.split(' ');
    if (word === 'call') history.call(first, ...rest);
    if (word === 'ack') history.acknowledge(first, rest[0] ?? '');
    if (word === 'at') history.answer(first, JSON.parse(rest.join(' ')) as Figures);
  }
}

const RECORD = `mutation ($inputs: [RecordExecutionInput!]!) {
  recordExecutions(inputs: $inputs) { executionId payload { position } error { code message retryable } }
}`;
const FIGURES = `query ($asOf: LogPosition) {
  patternStats(asOf: $asOf) { asOf patterns { patternId successRate { total successes } } }
  pluginStats(asOf: $asOf) { plugins { name uses } }
}`;

type Result = { executionId: string; payload?: { position: string }; error?: { code: string; message: string; retryable: boolean } };

/** Clients of one running service over HTTP. Every method rejects once the service has died. */
export class HistoryClient {
  readonly #service: RunningService;
  readonly #history: History;

  constructor(service: RunningService, history: History) {
    this.#service = service;
    this.#history = history;
  }

  /** Records, one call for all; throws where one is refused and calling again would not help. */
  async record(inputs: readonly { executionId: string }[]): Promise<void> {
    this.#history.call(...inputs.map(({ executionId }) => executionId));
    const { data } = whole(await this.#service.ask(RECORD, { inputs }));
    for (const { executionId, payload, error } of data.recordExecutions as Result[]) {
      if (payload) this.#history.acknowledge(executionId, payload.position);
      else if (!error?.retryable) throw new Error(`${executionId} was refused: ${error?.code} ${error?.message}`);
    }
  }

  /** What has been called and never answered, once more: `<prefix>-<number>` as `variedExecution` names them. */
  async recordUnanswered(): Promise<void> {
    const unanswered = [...this.#history.called].filter(id => !this.#history.acknowledged.has(id));
    for (let start = 0; start < unanswered.length; start += 100) {
      await this.record(unanswered.slice(start, start + 100).map(id => variedExecution(id.replace(/-\d+$/, ''), Number(/\d+$/.exec(id)))));
    }
  }

  /** Asks for the figures of every pattern and plugin, now or as of an older position, and notes them. */
  async ask(asOf?: string): Promise<Figures> {
    const { data } = whole(await this.#service.ask(FIGURES, { asOf }));
    const { patterns } = data.patternStats as { patterns: { patternId: string; successRate: { total: number; successes: number } }[] };
    const { plugins } = data.pluginStats as { plugins: { name: string; uses: number }[] };
    const figures: Figures = {
      patterns: Object.fromEntries(patterns.map(({ patternId, successRate: { total, successes } }) => [patternId, [total, successes]])),
      plugins: Object.fromEntries(plugins.map(({ name, uses }) => [name, uses])),
    };
    if (asOf === undefined) this.#history.answer(data.patternStats.asOf, figures);
    return figures;
  }

  /** So many callers, each recording one to four executions at a time and now and then asking, until the service dies. */
  async load(prefix: string, callers: number): Promise<void> {
    let next = 0;
    const caller = async (_: unknown, index: number) => {
      for (;;) {
        await this.record(Array.from({ length: 1 + (next % 4) }, () => variedExecution(prefix, next++)));
        if (index % 10 === 0) await this.ask();
      }
    };
    await Promise.allSettled(Array.from({ length: callers }, caller)).then(results => {
      for (const { reason } of results as PromiseRejectedResult[]) if (!(reason instanceof TypeError)) throw reason;
    });
  }
}

function whole(answer: Answer): Answer {
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer;
}
