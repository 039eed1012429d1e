#!/usr/bin/env node
// CommonJS, which Node reads without its threads: to read a module it starts them, as many as it was told by then.
// Syncs of the four logs, reads of them and DNS share them: with the default of 4 a few slow reads would hold up every sync.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
// Otherwise graphql-js checks each value of each answer for a second copy of itself.
process.env['NODE_ENV'] ??= 'production';
void import('./cli/cli.ts').then(({ runCommandLine }) => runCommandLine(process.argv));
