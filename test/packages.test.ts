import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Lock, missingPlatforms } from '../scripts/lock.ts';

const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
const lock = JSON.parse(text) as Lock;

describe('package-lock.json', () => {
  test('knows every platform of packages that ship one package a platform: npm ci refuses it otherwise', () => {
    expect([...missingPlatforms(lock).keys()], 'npm run lock adds them').toEqual([]);
  });

  test('holds no package that asks for a newer Node than ours (20): `overrides` in package.json hold them back', () => {
    const newer = Object.entries(lock.packages).filter(([, entry]) => /^>= ?2[1-9][.\d]*$/.test(entry.engines?.node ?? ''));
    expect(newer.map(([path, entry]) => `${path} ${entry.engines?.node}`)).toEqual([]);
  });

  test('names no registry, so that it installs from whichever one is set up', () => {
    expect(text).not.toContain('"resolved"');
  });
});

test('npm start hands signals on: without exec the shell between dies of them, and the service stays behind', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { scripts: Record<string, string> };
  expect(manifest.scripts['start']).toMatch(/^exec node /);
});

describe('missingPlatforms', () => {
  test('finds the packages that the lock lacks, with their platform from their name', () => {
    const missing = missingPlatforms({
      packages: {
        'node_modules/tool': {
          version: '1.0.0',
          dev: true,
          optionalDependencies: { 'tool-linux-x64-musl': '1.0.0', 'tool-win32-arm64': '1.0.0' },
        },
        'node_modules/tool/node_modules/tool-win32-arm64': { version: '1.0.0' },
        'node_modules/other': { version: '2.0.0', optionalDependencies: { 'other-extra': '2.0.0' } },
      },
    });
    expect(Object.fromEntries(missing)).toEqual({
      'node_modules/tool-linux-x64-musl': { version: '1.0.0', os: ['linux'], cpu: ['x64'], libc: ['musl'], dev: true, optional: true },
    });
  });
});
