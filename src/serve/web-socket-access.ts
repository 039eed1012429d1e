/**
 * Who may open a WebSocket. Browsers let any page open one to any host and read along, whatever CORS says: only the Origin header, which
 * no page can forge, tells whose page it is. Programs send none.
 */
import type { IncomingMessage } from 'node:http';
import { bearsKey, isLocalName } from './access.ts';

export type AccessOptions = Readonly<{ apiKey: string | undefined; corsOrigins: readonly string[] }>;

/** Why a handshake is refused, or undefined. The key is asked for once the socket is open: a browser cannot send it with the handshake. */
export function whyRefused({ headers }: IncomingMessage, { apiKey, corsOrigins }: AccessOptions): string | undefined {
  const host = headers.host ?? '';
  if (apiKey === undefined && !isLocalName(urlOf(`http://${host}`)?.hostname ?? ''))
    return 'without an API_KEY the service answers to localhost, 127.0.0.1 and [::1] only';
  const { origin } = headers;
  if (origin === undefined || corsOrigins.includes(origin) || isSameHost(origin, host)) return undefined;
  return `pages of ${origin.slice(0, 200)} may not ask here: CORS_ORIGINS lists those that may`;
}

/** Whether a page comes from the address that it asks. The protocol does not count, since a proxy may speak HTTPS for us. */
function isSameHost(origin: string, host: string): boolean {
  const page = urlOf(origin);
  return page !== undefined && page.host !== '' && page.host === urlOf(`${page.protocol}//${host}`)?.host;
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** Whether a client brought the key, in the parameters of its `connection_init` or, being no browser, in the handshake. */
export function mayAsk({ headers }: IncomingMessage, parameters: Readonly<Record<string, unknown>>, apiKey: string | undefined): boolean {
  if (apiKey === undefined || bearsKey(headers.authorization, apiKey)) return true;
  const authorization = Object.entries(parameters).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  return typeof authorization === 'string' && bearsKey(authorization, apiKey);
}
