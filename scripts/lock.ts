/**
 * Completes package-lock.json for platforms that it does not know. Some packages ship one binary package a platform
 * (`@duckdb/node-bindings-darwin-arm64`); npm leaves out of the lock those that it could not read when it wrote it, and
 * `npm ci` then refuses the whole lock, on every platform. Version and platform are in the names, so the entries can be written
 * without them; only their digest is missing, which npm then takes from the registry.
 *
 * Run it (`npm run lock`) after every change of a dependency; `test/packages.test.ts` fails where it was forgotten.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

export type LockEntry = {
  version?: string;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  dev?: boolean;
  optional?: boolean;
  engines?: { node?: string };
  optionalDependencies?: Record<string, string>;
};
export type Lock = { packages: Record<string, LockEntry> };

const PLATFORM = /-(?<os>android|darwin|freebsd|linux|win32)-(?<cpu>arm64|x64)(?:-(?<libc>gnu|musl))?$/;

/** The platform that a package's name ends in, as the lock writes it; undefined where the name says none. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> | undefined {
  const { os, cpu, libc } = PLATFORM.exec(name)?.groups ?? {};
  if (!os || !cpu) return undefined;
  return { os: [os], cpu: [cpu], ...(libc ? { libc: [libc === 'gnu' ? 'glibc' : libc] } : {}) };
}

/** The places where Node would find `name` from the package at `path`, nearest first. */
function places(path: string, name: string): string[] {
  const parts = path === '' ? [] : path.split('/node_modules/');
  const parents = parts.map((_, index) => `${parts.slice(0, parts.length - index).join('/node_modules/')}/node_modules/${name}`);
  return [...parents, `node_modules/${name}`];
}

/** Entries that belong into the lock and are not there: path in the lock → entry. */
export function missingPlatforms(lock: Lock): Map<string, LockEntry> {
  const missing = new Map<string, LockEntry>();
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const platform = platformOf(name);
      if (!platform || places(path, name).some(place => place in lock.packages)) continue;
      missing.set(`node_modules/${name}`, { version, ...platform, ...(entry.dev ? { dev: true } : {}), optional: true });
    }
  }
  return missing;
}

function complete(file: string): number {
  const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
  const missing = missingPlatforms(lock);
  if (missing.size === 0) return 0;
  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(missing) });
  packages.sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
  return missing.size;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(`package-lock.json: ${complete('package-lock.json')} platforms added`);
}
