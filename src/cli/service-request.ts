import { MetricsError, messageOf } from '../errors.ts';

type Answer = { data?: unknown; errors?: { message: string; extensions?: { code?: MetricsError['code'] } }[] };

/**
 * Asks the service at a URL; answers the response's `data`. Throws STORAGE_FAILED where no service answers, and the service's own
 * code and words where it refuses.
 */
export async function requestService(
  url: string,
  apiKey: string | undefined,
  request: { query: string; variables: object },
): Promise<unknown> {
  const endpoint = new URL('/graphql', url).href;
  const headers = { 'content-type': 'application/json', ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) };
  const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(request) }).catch(error => {
    throw new MetricsError('STORAGE_FAILED', `no service answers at ${endpoint}: ${messageOf(error.cause ?? error)}`, { cause: error });
  });
  const { data, errors } = (await response.json().catch(() => ({ errors: [{ message: `status ${response.status}` }] }))) as Answer;
  if (errors === undefined && data != null) return data;
  const words = errors?.map(({ message }) => message).join('; ') ?? 'no answer';
  throw new MetricsError(errors?.[0]?.extensions?.code ?? 'STORAGE_FAILED', `${endpoint}: ${words}`);
}
