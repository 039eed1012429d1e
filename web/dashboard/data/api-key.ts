/** The service's key, for as long as the tab is open: sessionStorage is left behind by no one and sent to no one. */
const PLACE = 'orchestrator-metrics.api-key';

export function apiKey(): string | undefined {
  return sessionStorage.getItem(PLACE) ?? undefined;
}

export function keepApiKey(key: string): void {
  sessionStorage.setItem(PLACE, key);
}

/** What requests and the subscription carry; nothing where no key was given. */
export function authorization(): { authorization: string } | undefined {
  const key = apiKey();
  return key === undefined ? undefined : { authorization: `Bearer ${key}` };
}
