import type { FastifyInstance } from 'fastify';
import { type BuiltPage, registerAssets, sendPage } from './pages.ts';

const NOT_BUILT = 'GraphiQL is not built: run `npm run build`. The GraphQL API itself answers POST at this address.\n';

/**
 * Answers `GET /graphql` with GraphiQL where the client prefers a page (a browser), and serves the page's assets. Any other
 * `GET /graphql` is left to the route that the GraphQL server registers for the same address, before or after this one: the
 * router tells the two apart by a constraint. `directory` is what the build wrote; without it the page answers 404 and says so.
 */
export async function registerGraphiql(app: FastifyInstance, { directory }: { directory: string }): Promise<void> {
  // The editor inserts style elements.
  const page: BuiltPage = { directory, name: 'graphiql', styles: "'unsafe-inline'", notBuilt: NOT_BUILT };
  addPageConstraint(app);
  app.get('/graphql', { constraints: { answers: 'page' }, config: { open: true } }, (_request, reply) =>
    sendPage(reply.header('vary', 'accept'), page),
  );
  await registerAssets(app, page);
}

type RouteHandler = Parameters<ReturnType<Parameters<FastifyInstance['addConstraintStrategy']>[0]['storage']>['set']>[1];

/** A request that prefers a page matches routes with `answers: 'page'`, and where there is none the route without a constraint. */
function addPageConstraint(app: FastifyInstance): void {
  if (app.hasConstraintStrategy('answers')) return;
  app.addConstraintStrategy({
    name: 'answers',
    mustMatchWhenDerived: false,
    storage: () => {
      const handlers = new Map<unknown, RouteHandler>();
      return { get: value => handlers.get(value) ?? null, set: (value, handler) => void handlers.set(value, handler) };
    },
    deriveConstraint: request => (prefersPage(request.headers.accept) ? 'page' : undefined),
  });
}

/**
 * True when an Accept header names `text/html` and no JSON type before it in preference. Wildcards do not count: curl and
 * fetch send them, and want an answer.
 */
export function prefersPage(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const weights = new Map(accept.split(',').map(weighted));
  const page = weights.get('text/html') ?? 0;
  return page > 0 && page >= Math.max(weights.get('application/json') ?? 0, weights.get('application/graphql-response+json') ?? 0);
}

/** `text/html;level=1;q=0.5` → ['text/html', 0.5] */
function weighted(range: string): [type: string, weight: number] {
  const [type = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase());
  const weight = Number(parameters.find(parameter => parameter.startsWith('q='))?.slice(2) ?? 1);
  return [type, Number.isNaN(weight) ? 0 : weight];
}
