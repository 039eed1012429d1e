/** Records by a running service, over HTTP. */
import { MetricsError, messageOf } from '../errors.ts';
import { checkExecutionInput, type ExecutionInput, formatMilliseconds } from '../record/record.ts';
import type { Destination, Recorded } from './destination.ts';

const MUTATION = `mutation ($inputs: [RecordExecutionInput!]!, $dryRun: Boolean!) {
  recordExecutions(inputs: $inputs, dryRun: $dryRun) {
    payload { executionId duplicate position }
    error { code message field }
  }
}`;

type Result = { payload: Recorded | null; error: { code: MetricsError['code']; message: string; field: string[] } | null };
type Answer = { data?: { recordExecutions: Result[] | null } | null; errors?: { message: string }[] };

export function serviceDestination(url: string, apiKey: string | undefined): Destination {
  const endpoint = new URL('/graphql', url).href;
  return {
    name: url,
    record: async (inputs, dryRun) => {
      // Each is checked here first: a value that does not fit the API's types would fail the whole request.
      const checked = inputs.map(input => checkExecutionInput(input, Date.now()));
      const sendable = checked.filter((input): input is ExecutionInput => !(input instanceof MetricsError));
      const sent = sendable.length === 0 ? [] : await send(endpoint, apiKey, { inputs: sendable.map(toApi), dryRun });
      const results = sent.values();
      return checked.map(input => (input instanceof MetricsError ? input : outcome(results.next().value)));
    },
    close: async () => undefined,
  };
}

/** A validated input as the API takes it: times as text, statuses in capitals. */
function toApi(input: ExecutionInput): object {
  const time = (milliseconds: number | undefined) => (milliseconds === undefined ? undefined : formatMilliseconds(milliseconds));
  return {
    ...input,
    status: input.status.toUpperCase(),
    startedAt: time(input.startedAt),
    completedAt: time(input.completedAt),
    steps: input.steps.map(step => ({ ...step, status: step.status.toUpperCase(), startedAt: time(step.startedAt) })),
  };
}

async function send(endpoint: string, apiKey: string | undefined, variables: object): Promise<Result[]> {
  const headers = { 'content-type': 'application/json', ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) };
  const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify({ query: MUTATION, variables }) }).catch(error => {
    throw new MetricsError('STORAGE_FAILED', `no service answers at ${endpoint}: ${messageOf(error.cause ?? error)}`, { cause: error });
  });
  const answer = (await response.json().catch(() => ({ errors: [{ message: `status ${response.status}` }] }))) as Answer;
  const results = answer.data?.recordExecutions;
  if (!results)
    throw new MetricsError('STORAGE_FAILED', `${endpoint}: ${answer.errors?.map(({ message }) => message).join('; ') ?? 'no answer'}`);
  return results;
}

function outcome(result: Result | undefined): Recorded | MetricsError {
  if (result?.payload) return result.payload;
  const { code, message, field } = result?.error ?? { code: 'INTERNAL_SERVER_ERROR', message: 'the service gave no outcome', field: [] };
  return new MetricsError(code, message, { field });
}
