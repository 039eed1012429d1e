/** A page that an address names. */
export type Place = Readonly<{ page: 'overview' } | { page: 'patterns' | 'plugins' | 'executions'; key: string } | { page: 'unknown' }>;

const SUBJECTS = ['patterns', 'plugins', 'executions'] as const;

/** Reads the path of an address as the browser has it, still escaped: a name may hold any character, a slash among them. */
export function placeOf(pathname: string): Place {
  if (pathname === '/') return { page: 'overview' };
  const [, subject, escaped, ...rest] = pathname.split('/');
  const page = SUBJECTS.find(one => one === subject);
  const key = unescaped(escaped ?? '');
  return page === undefined || !key || rest.length > 0 ? { page: 'unknown' } : { page, key };
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export const patternPath = (id: string) => `/patterns/${encodeURIComponent(id)}`;
export const pluginPath = (name: string) => `/plugins/${encodeURIComponent(name)}`;
export const executionPath = (id: string) => `/executions/${encodeURIComponent(id)}`;
