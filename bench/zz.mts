import { openStage } from '../test/support/question-stage.ts';

const directory = process.argv[2]!;
const t0 = performance.now();
const stage = await openStage({ directory, timeoutMs: 600_000 });
console.log('open', Math.round(performance.now() - t0));
const at = await stage.questions.now();
await stage.follower.reached(at, 600_000);
console.log('table complete', Math.round(performance.now() - t0));
const q = stage.questions as any;
const time = async (name: string, question: any, reps = 9) => {
  await q[name](question, at);
  const times: number[] = [];
  const c0 = process.cpuUsage();
  for (let i = 0; i < reps; i++) {
    const s = performance.now();
    await q[name](question, at);
    times.push(performance.now() - s);
  }
  const c = process.cpuUsage(c0);
  times.sort((a, b) => a - b);
  console.log(
    name.padEnd(20),
    JSON.stringify(question).slice(0, 50).padEnd(52),
    'cpu',
    ((c.user + c.system) / 1000 / reps).toFixed(1),
    'wall',
    times[0]!.toFixed(1),
    times[reps >> 1]!.toFixed(1),
  );
};
const to = '2025-12-31T00:00:00Z',
  from = '2025-12-01T00:00:00Z';
for (const filter of [
  undefined,
  { window: process.argv[3] ? { from: '2025-01-05T00:00:00Z', to: '2025-02-04T00:00:00Z' } : { from, to } },
]) {
  const f = filter ? { filter } : {};
  await time('overview', f);
  await time('patternStats', f);
  await time('topPatterns', { ...f, limit: 10, minExecutions: 1, rankBy: 'LOWER_BOUND' });
  await time('pluginStats', f);
  await time('problematicPlugins', { ...f, limit: 20, maxReliability: 0.8, minUses: 5 });
  await time('phaseDurations', f);
  await time('successTrend', { ...f, limit: 10, bucket: 'DAY', timeZone: 'UTC' });
  await time('reliabilityHeatmap', { ...f, limit: 50, bucket: 'DAY', timeZone: 'UTC' });
  await time('reliabilityHeatmap', { ...f, limit: 50, bucket: 'DAY', timeZone: 'Europe/Berlin' });
  await time('durationHistogram', { ...f, bins: 30, outliers: 50 });
  await time('pluginPairs', { ...f, limit: 50, minExecutions: 2 });
  await time('recordedExecutions', { ...f, first: 50 });
}
await time('pluginStats', { percentiles: 'EXACT' }, 3);
{
  const times = [];
  for (let i = 0; i < 9; i++) {
    const s = performance.now();
    await q.logCounts(at);
    times.push(performance.now() - s);
  }
  console.log(
    'logCounts',
    times
      .sort((a, b) => a - b)
      .map(x => x.toFixed(1))
      .join(' '),
  );
}
console.log('rss', Math.round(process.memoryUsage().rss / 2 ** 20));
await stage.close();
