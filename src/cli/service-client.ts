/** Records by a running service, over HTTP. */
import { MetricsError } from '../errors.ts';
import { checkExecutionInput, type ExecutionInput, formatMilliseconds } from '../record/record.ts';
import type { Destination, Recorded } from './destination.ts';
import { askService, required, type Service } from './graphql-client.ts';

const MUTATION = `mutation ($inputs: [RecordExecutionInput!]!, $dryRun: Boolean!) {
  recordExecutions(inputs: $inputs, dryRun: $dryRun) {
    payload { executionId duplicate position }
    error { code message field }
  }
}`;

type Result = { payload: Recorded | null; error: { code: MetricsError['code']; message: string; field: string[] } | null };

export function serviceDestination(url: string, apiKey: string | undefined): Destination {
  const service = { url, apiKey };
  return {
    name: url,
    record: async (inputs, dryRun) => {
      // Each is checked here first: a value that does not fit the API's types would fail the whole request.
      const checked = inputs.map(input => checkExecutionInput(input, Date.now()));
      const sendable = checked.filter((input): input is ExecutionInput => !(input instanceof MetricsError));
      const sent = sendable.length === 0 ? [] : await send(service, { inputs: sendable.map(toApi), dryRun });
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

async function send(service: Service, variables: object): Promise<Result[]> {
  const answer = await askService<{ recordExecutions: Result[] | null }>(service, MUTATION, variables);
  return required(answer.data?.recordExecutions, service, answer);
}

function outcome(result: Result | undefined): Recorded | MetricsError {
  if (result?.payload) return result.payload;
  const { code, message, field } = result?.error ?? { code: 'INTERNAL_SERVER_ERROR', message: 'the service gave no outcome', field: [] };
  return new MetricsError(code, message, { field });
}
