import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { correctedCypher, propertyOf } from '../../../src/projection/graph/generated-cypher.ts';

const TYPES = readFileSync(new URL('../../../schema/graph.graphql', import.meta.url), 'utf8');

test('the property of every field is the one of its alias', () => {
  const aliases = [...TYPES.matchAll(/^ {2}(\w+): .* @alias\(property: "(\w+)"\)/gm)];
  expect(aliases.length).toBeGreaterThan(10);
  for (const [, field = '', property] of aliases) expect(propertyOf(field), field).toBe(property);
});

test('nodes within nodes are sorted and cut before what lies below them is collected', () => {
  const generated = `MATCH (this:Pattern)
WHERE this.pattern_id = $param0
WITH *
LIMIT $param1
CALL (this) {
  MATCH (this)<-[this0:IMPLEMENTS]-(this1:Execution)
  WITH DISTINCT this1
  CALL (this1) {
    MATCH (this1)<-[this2:EXECUTED_IN]-(this3:Plugin)
    WITH DISTINCT this3
    WITH this3 { .name } AS this3
    LIMIT $param2
    RETURN collect(this3) AS var4
  }
  WITH this1 { .status, executionId: this1.execution_id, plugins: var4 } AS this1
  ORDER BY this1.startedAt DESC
  LIMIT $param3
  RETURN collect(this1) AS var5
}
RETURN this { .name, executions: var5 } AS this`;
  expect(
    correctedCypher(generated)
      .split('\n')
      .filter(line => line.trim() !== '')
      .join('\n'),
  ).toBe(`MATCH (this:Pattern WHERE this.pattern_id IS NOT NULL AND this.pattern_id IS :: STRING)
WHERE this.pattern_id = $param0
WITH *
LIMIT $param1
CALL (this) {
  MATCH (this)<-[this0:IMPLEMENTS]-(this1:Execution WHERE this1.execution_id IS NOT NULL AND this1.execution_id IS :: STRING)
  WITH DISTINCT this1
  ORDER BY this1.started_at DESC
  LIMIT $param3
  CALL (this1) {
    MATCH (this1)<-[this2:EXECUTED_IN]-(this3:Plugin WHERE this3.name IS NOT NULL AND this3.name IS :: STRING)
    WITH DISTINCT this3
    LIMIT $param2
    WITH this3 { .name } AS this3
    RETURN collect(this3) AS var4
  }
  WITH this1 { .status, executionId: this1.execution_id, plugins: var4 } AS this1, this1.started_at AS order0
  ORDER BY order0 DESC
  RETURN collect(this1) AS var5
}
RETURN this { .name, executions: var5 } AS this`);
});

const sorted = (where: string) =>
  correctedCypher(`MATCH (this:Execution)\n${where}WITH *\nORDER BY this.started_at DESC\nLIMIT $param0\nRETURN this { .status } AS this`);

test.each([
  ['', false],
  ['WHERE this.status = $param0\n', true],
  ['WHERE (this.status = $param0 AND this.started_at >= datetime($param1))\n', true],
  ['WHERE (this.started_at >= datetime($param1) AND this.status = $param0)\n', true],
  ['WHERE (this.status = $param0 OR this.status = $param1)\n', false],
  ['WHERE NOT (this.status = $param0)\n', false],
  ['WHERE this.status IN $param0\n', false],
  ['WHERE (this.status = $param0 AND EXISTS {\n  MATCH (this)-[:IMPLEMENTS]->(this0:Pattern)\n  WHERE this0.name = $param1\n})\n', false],
])('executions by their start come from an index, with their status where it is one: %j', (where, byStatus) => {
  expect(sorted(where)).toContain('MATCH (this:Execution WHERE this.started_at IS NOT NULL');
  expect(sorted(where)).toContain(byStatus ? 'ORDER BY this.status DESC, this.started_at DESC' : 'ORDER BY this.started_at DESC\n');
});

test('all nodes of a label are counted by the store, others one by one', () => {
  const count = (where: string) =>
    correctedCypher(`CALL {\n  MATCH (this:Execution)\n${where}  RETURN {nodes: count(DISTINCT this)} AS var0\n}`);
  expect(count('')).toContain('{nodes: count(this)}');
  expect(count('  WHERE this.status = $param0\n')).toContain('{nodes: count(DISTINCT this)}');
});

test('what is of no known shape passes as it is', () => {
  for (const query of ['RETURN 1', 'MATCH (n) RETURN n', 'WITH this1 { .name } AS this1\nORDER BY rand()\nRETURN this1'])
    expect(correctedCypher(query)).toBe(query);
});
