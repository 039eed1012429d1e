import { Neo4jError } from 'neo4j-driver';
import { expect, test } from 'vitest';
import { MetricsError } from '../../../src/errors.ts';
import { schemaSteps } from '../../../src/projection/graph/constraints.ts';
import { graphError } from '../../../src/projection/graph/graph.ts';
import { CONSTRAINTS } from './graph-fixture.ts';

const neo4jError = (code: string, message = 'Could not reach db.example.org:7687 as bob with hunter2') =>
  new Neo4jError(message, code, '50N42', '', { OPERATION: '', OPERATION_CODE: '0', CURRENT_SCHEMA: '/' });

test.each([
  ['ServiceUnavailable', 'GRAPH_UNAVAILABLE', /does not answer/],
  ['SessionExpired', 'GRAPH_UNAVAILABLE', /does not answer/],
  ['N/A', 'GRAPH_UNAVAILABLE', /does not answer/],
  ['Neo.TransientError.General.DatabaseUnavailable', 'GRAPH_UNAVAILABLE', /does not answer/],
  ['Neo.ClientError.Security.Unauthorized', 'GRAPH_UNAVAILABLE', /NEO4J_USERNAME and NEO4J_PASSWORD/],
  ['Neo.ClientError.Security.AuthenticationRateLimit', 'GRAPH_UNAVAILABLE', /NEO4J_USERNAME and NEO4J_PASSWORD/],
  ['Neo.ClientError.Security.Forbidden', 'GRAPH_UNAVAILABLE', /grant/],
  ['Neo.ClientError.Database.DatabaseNotFound', 'GRAPH_UNAVAILABLE', /NEO4J_DATABASE/],
  ['Neo.ClientError.Cluster.NotALeader', 'GRAPH_UNAVAILABLE', /neo4j:\/\//],
  ['Neo.ClientError.General.ForbiddenOnReadOnlyDatabase', 'GRAPH_UNAVAILABLE', /read only/],
  ['Neo.ClientError.General.WriteOnReadOnlyAccessDatabase', 'GRAPH_UNAVAILABLE', /read only/],
  ['Neo.ClientError.Schema.ConstraintValidationFailed', 'GRAPH_UNAVAILABLE', /same key at the same moment/],
  ['Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration', 'TIMEOUT', /narrow it/],
  ['Neo.TransientError.General.MemoryPoolOutOfMemoryError', 'QUERY_TOO_COMPLEX', /memory/],
  ['Neo.TransientError.Transaction.DeadlockDetected', 'GRAPH_UNAVAILABLE', /try again/],
  ['Neo.ClientError.Statement.SyntaxError', 'INTERNAL_SERVER_ERROR', /SyntaxError/],
])('%s is %s in words of our own', (code, expected, message) => {
  const error = graphError(neo4jError(code));
  expect(error).toMatchObject({ code: expected });
  expect(error.message).toMatch(message);
  expect(error.message).not.toMatch(/example\.org|7687|bob|hunter2/);
});

test('a missing APOC is named', () => {
  const error = graphError(neo4jError('Neo.ClientError.Statement.SyntaxError', "Unknown function 'apoc.date.convertFormat' (line 1)"));
  expect(error).toMatchObject({ code: 'GRAPH_UNAVAILABLE', message: expect.stringMatching(/install APOC/) });
});

test('no answer, our own error and anything else', () => {
  expect(graphError(undefined)).toMatchObject({ code: 'GRAPH_UNAVAILABLE' });
  const own = new MetricsError('OVERLOADED', 'own');
  expect(graphError(own)).toBe(own);
  const defect = new TypeError('x is not a function');
  expect(graphError(defect)).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', cause: defect });
});

test('the steps of a Cypher file', () => {
  expect(schemaSteps('// a; b\nRETURN 0;\n// Step 1: one\nRETURN 1;\n\n  // c\nMATCH (n)\nRETURN n ;\n// Step 2: two\nRETURN 2;')).toEqual([
    { number: 1, statements: ['RETURN 1', 'MATCH (n)\nRETURN n'] },
    { number: 2, statements: ['RETURN 2'] },
  ]);
  const steps = schemaSteps(CONSTRAINTS);
  expect(steps.map(({ number }) => number)).toEqual(steps.map((_, index) => index + 1));
  const statements = steps.flatMap(step => step.statements);
  expect(statements).toHaveLength(13);
  for (const statement of statements) expect(statement).toMatch(/^CREATE (CONSTRAINT|INDEX|FULLTEXT INDEX) \w+ IF NOT EXISTS\s/);
});
