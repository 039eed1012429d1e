import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * GraphiQL as files of our own: no other host, no inline script, every asset under `/assets/graphiql/` with a hash in its name
 * (src/serve/graphiql.ts serves them for ever and forbids anything else by its content security policy).
 */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  logLevel: 'warn',
  plugins: [react()],
  build: {
    outDir: '../../dist/web/graphiql',
    emptyOutDir: true,
    assetsDir: 'assets/graphiql',
    // Small files stay files: a `data:` font would have to be allowed by the policy.
    assetsInlineLimit: 0,
    sourcemap: false,
    // The editor and its languages are one dependency, loaded once and cached for ever.
    chunkSizeWarningLimit: 10_000,
    reportCompressedSize: false,
    rolldownOptions: {
      onwarn: (warning, print) => {
        // "use no memo" within GraphiQL speaks to a compiler that is not used here.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') print(warning);
      },
    },
  },
});
