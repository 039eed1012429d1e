import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { settingsTable } from '../src/config.ts';
import { createSchema, NO_GRAPH } from '../src/serve/schema.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the table of settings is the one that the service reads', () => {
  expect(README).toContain(settingsTable());
});

test('every question in it is one that the API answers', async () => {
  const schema = await createSchema({ projections: () => [], graph: NO_GRAPH });
  const questions = [...README.matchAll(/```graphql\n(.*?)```/gs)].map(([, text = '']) => text);
  expect(questions.length).toBeGreaterThan(1);
  for (const question of questions) expect(validate(schema, parse(question))).toEqual([]);
});

test('every file that it links to is there', () => {
  for (const [, path = ''] of README.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
    expect(() => readFileSync(new URL(`../${path}`, import.meta.url)), path).not.toThrow(/ENOENT/);
});
