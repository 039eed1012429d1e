import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const LARGE = 1 << 20;

test('V8 holds what is large of the bundle at one byte a character: nothing in it lies beyond Latin-1', () => {
  const files = readdirSync('dist', { withFileTypes: true }).filter(file => file.isFile() && /\.c?js$/.test(file.name));
  const texts = files.map(({ name }) => ({ name, text: readFileSync(join('dist', name), 'utf8') }));
  const large = texts.filter(({ text }) => text.length > LARGE);
  expect(large).not.toHaveLength(0);
  for (const { name, text } of large) expect({ name, beyond: /[^\0-\xff]/.exec(text)?.[0] }).toEqual({ name, beyond: undefined });
});
