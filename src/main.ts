#!/usr/bin/env node
// Syncs of the four logs, reads of them and DNS share libuv's threads: with the default of 4 a few slow reads would hold up every sync.
// The size is read when the first of them is used, so it is set before anything else is loaded.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
// Otherwise graphql-js checks each value of each answer for a second copy of itself.
process.env['NODE_ENV'] ??= 'production';
const { runCommandLine } = await import('./cli/cli.ts');
await runCommandLine(process.argv);

export {};
