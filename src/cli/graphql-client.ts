/** A service asked over HTTP. */
import { MetricsError, messageOf } from '../errors.ts';

export type Service = Readonly<{ url: string; apiKey: string | undefined }>;

/** Data may be there beside errors. */
export type Answer<Data> = Readonly<{
  data?: Data | null;
  errors?: readonly { message: string; extensions?: { code?: MetricsError['code'] } }[];
}>;

/** Throws STORAGE_FAILED where no service answers. */
export async function askService<Data>({ url, apiKey }: Service, query: string, variables: object = {}): Promise<Answer<Data>> {
  const endpoint = new URL('/graphql', url).href;
  const headers = { 'content-type': 'application/json', ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) };
  const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify({ query, variables }) }).catch(error => {
    throw new MetricsError('STORAGE_FAILED', `no service answers at ${endpoint}: ${messageOf(error.cause ?? error)}`, { cause: error });
  });
  return (await response.json().catch(() => ({ errors: [{ message: `status ${response.status}` }] }))) as Answer<Data>;
}

/** What of an answer must be there: throws STORAGE_FAILED with the service's own words otherwise. */
export function required<Value>(value: Value | null | undefined, { url }: Service, { errors }: Answer<unknown>): Value {
  if (value != null) return value;
  throw new MetricsError('STORAGE_FAILED', `${url}: ${errors?.map(({ message }) => message).join('; ') ?? 'no answer'}`);
}
