/** One client that asks one question at a time over one connection. */
import { Agent } from 'node:http';
import type { Question } from './dashboard-questions.ts';
import { post } from './post.ts';

export type Filter = Readonly<{
  window?: Readonly<{ from: string; to: string }>;
  patternIds?: readonly string[];
  plugins?: readonly string[];
}>;

/** `ms`: from sending the request until the last byte of the answer; reading the JSON is not in it. */
export type Answered = Readonly<{ ms: number; bytes: number; asOf: string | undefined; value: unknown }>;

export class QuestionClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** @throws where the answer holds an error, or nothing: no figure is taken of a question that failed. */
  async ask(question: Question, filter: Filter = {}, asOf?: string): Promise<Answered> {
    const variables = { ...(question.takes.filter ? { filter } : {}), ...(asOf === undefined ? {} : { asOf }) };
    const content = JSON.stringify({ query: question.query, variables });
    const asked = performance.now();
    const bytes = await post(this.#agent, this.#url, content);
    const ms = performance.now() - asked;
    const text = String(bytes);
    const { data, errors } = JSON.parse(text) as { data?: Record<string, { asOf?: string } | null>; errors?: unknown };
    const value = data?.[question.field];
    if (errors !== undefined || !value) throw new Error(`${question.name}: ${text.slice(0, 500)}`);
    return { ms, bytes: bytes.length, asOf: value.asOf, value };
  }

  close(): void {
    this.#agent.destroy();
  }
}
