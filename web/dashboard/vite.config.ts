import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const FIRST = 'first-questions';

/** Has the page run what asks the first questions as soon as that has come, beside the loading of all else. */
const askingFirst: Plugin = {
  name: FIRST,
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle = {} }) =>
      Object.values(bundle).flatMap(file =>
        file.type === 'chunk' && file.name === FIRST
          ? [{ tag: 'script', attrs: { type: 'module', crossorigin: true, src: `/${file.fileName}` }, injectTo: 'head-prepend' as const }]
          : [],
      ),
  },
};

/**
 * The dashboard as files of our own: no other host, no inline script, every asset under `/assets/dashboard/` with a hash in its name.
 * `SERVICE` names the service that `npx vite --config web/dashboard/vite.config.ts` asks while one works on the page.
 */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  logLevel: 'warn',
  plugins: [react(), askingFirst],
  server: { proxy: { '/graphql': { target: process.env['SERVICE'] ?? 'http://127.0.0.1:4000', ws: true } } },
  build: {
    outDir: '../../dist/web/dashboard',
    emptyOutDir: true,
    assetsDir: 'assets/dashboard',
    // Small files stay files: a `data:` URL would have to be allowed by the policy.
    assetsInlineLimit: 0,
    // Every browser that runs this page knows modulepreload.
    modulePreload: { polyfill: false },
    sourcemap: false,
    // The charts come after the first screen, in one piece.
    chunkSizeWarningLimit: 1_000,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { dashboard: `${import.meta.dirname}/index.html`, [FIRST]: `${import.meta.dirname}/data/first-questions.ts` },
    },
  },
});
