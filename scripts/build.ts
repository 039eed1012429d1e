/** `npm run build`: the program and the browser's pages, as far as they are not up to date: `npm start` builds every time. */
import { buildPages } from './build-pages.ts';
import { buildService } from './build-service.ts';

const startedAt = performance.now();
const report = (name: string, outcome: string) =>
  console.log(`${name}: ${outcome} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
report('service', await buildService());
await buildPages(report);
