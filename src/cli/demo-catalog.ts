/** Who acts in the demo's history: patterns and plugins that a young orchestrator might have. */
import { createRandom } from './demo-random.ts';

export type DemoPlugin = Readonly<{ name: string; phase: string; seconds: number; reliability: number }>;

/** `weight`: how often it runs, beside the others. */
export type DemoPattern = Readonly<{ patternId: string; patternName: string; task: string; weight: number; plugins: readonly string[] }>;

const PLUGINS_OF_PHASES: Readonly<Record<string, readonly string[]>> = {
  research:
    'plugin-discovery code-search web-research issue-reader log-explorer api-explorer dependency-graph usage-survey doc-reader test-survey'.split(
      ' ',
    ),
  design:
    'schema-designer api-designer task-planner risk-review diagram-maker interface-sketch data-modeler cost-estimator naming-check adr-writer'.split(
      ' ',
    ),
  implement:
    'express-api-scaffold react-scaffold python-scaffold db-migrator cache-warmer jwt-auth-plugin queue-worker config-writer refactor-tool code-writer sql-writer cli-scaffold graphql-scaffold docker-builder terraform-writer'.split(
      ' ',
    ),
  test: 'unit-tester contract-tester openapi-linter e2e-browser load-tester type-checker lint mutation-tester snapshot-tester schema-validator fuzz-tester coverage-report a11y-check secret-scan license-check'.split(
    ' ',
  ),
  review:
    'code-review security-review doc-writer changelog-writer release-notes pr-opener style-review api-review perf-review merge-bot'.split(
      ' ',
    ),
};

/** Plugins whose ups and downs a story tells: no pattern uses them by chance. */
export const CAST = {
  broken: 'schema-validator',
  together: ['contract-tester', 'openapi-linter'],
  apart: ['cache-warmer', 'db-migrator'],
  flaky: 'e2e-browser',
} as const;

const CAST_NAMES: ReadonlySet<string> = new Set([CAST.broken, ...CAST.together, ...CAST.apart, CAST.flaky]);

/** Pattern name → what the cast has to do in it. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'rest-api': [CAST.broken],
  'graphql-api': [CAST.broken, ...CAST.together],
  'api-client': CAST.together,
  'api-mock': [CAST.together[0]],
  'api-docs': [CAST.together[1]],
  'db-migration': CAST.apart,
  'db-index': [CAST.apart[1]],
  'cache-layer': [CAST.apart[0]],
  'cache-invalidation': CAST.apart,
  'checkout-flow': [CAST.flaky],
  'login-page': [CAST.flaky],
  'config-migration': [CAST.broken],
};

const PATTERN_NAMES = [
  ...Object.keys(PARTS),
  ...'bug-fix unit-tests refactoring cli-tool react-component docker-image ci-pipeline release docs-page dependency-update'.split(' '),
  ...'type-migration log-cleanup feature-flag webhook rate-limit search-index email-template csv-import pdf-export i18n'.split(' '),
  ...'a11y-fix perf-tuning oauth-login queue-consumer cron-job terraform-module monitoring hotfix'.split(' '),
];

export const PLUGINS: readonly DemoPlugin[] = catalogOfPlugins();
export const PATTERNS: readonly DemoPattern[] = catalogOfPatterns();

/** The same whatever the seed of a history is: only what happens differs. */
function catalogOfPlugins(): DemoPlugin[] {
  const random = createRandom(60);
  return Object.entries(PLUGINS_OF_PHASES).flatMap(([phase, names]) =>
    names.map(name => ({ name, phase, seconds: 20 + 150 * random.next() ** 2, reliability: 0.955 + 0.04 * random.next() })),
  );
}

function catalogOfPatterns(): DemoPattern[] {
  return PATTERN_NAMES.map((patternName, place) => {
    // Some patterns go without research and design. Place and number go round, so that every plugin has its pattern.
    const chosen = Object.values(PLUGINS_OF_PHASES)
      .slice(place % 5 === 4 ? 2 : 0)
      .map(all => all.filter(name => !CAST_NAMES.has(name)))
      .map(names => names[(place + Math.floor(place / names.length)) % names.length] ?? '');
    const parts = PARTS[patternName] ?? [];
    const byPhase = (name: string) => PLUGINS.findIndex(plugin => plugin.name === name);
    return {
      patternId: `pat_${patternName.replaceAll('-', '_')}`,
      patternName,
      task: `${patternName.replaceAll('-', ' ')} for the shop`,
      weight: parts.length > 0 ? 2.6 : 30 / (place + 4),
      plugins: [...chosen, ...parts].sort((a, b) => byPhase(a) - byPhase(b)),
    };
  });
}
