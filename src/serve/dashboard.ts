import type { FastifyInstance } from 'fastify';
import { type BuiltPage, registerAssets, sendPage } from './pages.ts';

const NOT_BUILT = 'The dashboard is not built: run `npm run build`. The API answers at /graphql, in a browser with GraphiQL.\n';

/** Addresses of the dashboard's own pages: it looks at them itself. */
const ADDRESSES = ['/', '/patterns/*', '/plugins/*', '/executions/*'];

/** Serves the dashboard at `/` and wherever a link into it leads. `directory` is what the build wrote; without it the page says so. */
export async function registerDashboard(app: FastifyInstance, { directory }: { directory: string }): Promise<void> {
  const page: BuiltPage = { directory, name: 'dashboard', notBuilt: NOT_BUILT };
  for (const address of ADDRESSES) app.get(address, { config: { open: true } }, (_request, reply) => sendPage(reply, page));
  await registerAssets(app, page);
}
