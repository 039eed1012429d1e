import { makeExecutableSchema } from '@graphql-tools/schema';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { SharedExecutions } from '../../src/serve/shared-executions.ts';
import { readSubscription, type SubscriptionRequest } from '../../src/serve/subscription-request.ts';

type Event = { place: number };

/** Subscribers of three events, the same objects for all, and how often an event's field was resolved. */
function service() {
  const events: Event[] = [{ place: 0 }, { place: 1 }, { place: 2 }];
  const counts = { resolved: 0, read: 0 };
  const schema = makeExecutableSchema({
    typeDefs: 'type Query { nothing: ID } type Subscription { told(from: Int): Told } type Told { place: Int broken: Int }',
    resolvers: {
      Subscription: {
        told: {
          async *subscribe(_: unknown, { from }: { from?: number }) {
            yield* events.slice(from ?? 0);
          },
          resolve: (event: Event) => {
            counts.resolved++;
            return event;
          },
        },
      },
      Told: {
        broken: () => {
          throw new Error('broken');
        },
      },
    },
  });
  const shared = new SharedExecutions();
  const read = (request: SubscriptionRequest): ExecutionArgs | GraphQLError[] => {
    counts.read++;
    return readSubscription(schema, request);
  };
  const subscribe = async (request: SubscriptionRequest) => {
    const args = shared.request(request, read);
    if (Array.isArray(args)) throw new Error(String(args));
    args.contextValue = {};
    const results = await shared.subscribe(args);
    if (!(Symbol.asyncIterator in results)) throw new Error(String(results.errors));
    return results;
  };
  const all = async (request: SubscriptionRequest) => {
    const told: ExecutionResult[] = [];
    for await (const result of await subscribe(request)) told.push(result);
    return told;
  };
  return { counts, subscribe, all };
}

const PLACES = 'subscription ($from: Int) { told(from: $from) { place } }';

test('each event is executed once for all who ask the same, and each is told all', async () => {
  const { counts, all } = service();
  const told = await Promise.all(Array.from({ length: 20 }, () => all({ query: PLACES })));
  for (const results of told) expect(results.map(({ data }) => data)).toMatchObject([0, 1, 2].map(place => ({ told: { place } })));
  expect(counts).toEqual({ resolved: 3, read: 1 });
});

test.for([
  ['another text', { query: PLACES.replace('place', 'at: place') }],
  ['other variables', { query: PLACES, variables: { from: 1 } }],
] as const)('who asks with %s is told its own', async ([, other]) => {
  const { counts, all } = service();
  const [same, apart] = await Promise.all([all({ query: PLACES }), all(other)]);
  expect(same).not.toEqual(apart);
  expect(counts).toEqual({ resolved: same.length + apart.length, read: 2 });
});

test('an error is told to all, and what comes after it too', async () => {
  const { counts, all } = service();
  const told = await Promise.all([1, 2].map(() => all({ query: 'subscription { told { place broken } }' })));
  for (const results of told)
    expect(results.map(({ errors }) => errors?.map(({ message }) => message))).toEqual([0, 1, 2].map(() => ['broken']));
  expect(counts.resolved).toBe(3);
});

test('variables that are nested too deeply to be written down are read each time', async () => {
  const { counts, all } = service();
  const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
  for (const _ of [1, 2]) expect(await all({ query: PLACES, variables: { deep } })).toHaveLength(3);
  expect(counts.read).toBe(2);
});

test('one who leaves ends for itself alone', async () => {
  const { subscribe, all } = service();
  const [one, others] = [await subscribe({ query: PLACES }), all({ query: PLACES })];
  await one.next();
  await one.return();
  expect(await one.next()).toEqual({ value: undefined, done: true });
  expect(await others).toHaveLength(3);
});
