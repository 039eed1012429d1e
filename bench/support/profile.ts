/** Where a program's time goes, from what `node --cpu-prof` wrote. */
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Lines and columns from 0. */
type Frame = { functionName: string; url: string; lineNumber: number; columnNumber: number };
type Profile = { nodes: { id: number; callFrame: Frame }[]; samples: number[]; timeDeltas: number[] };

const SHOWN = 8;
/** A part, and a function beside its part, is named from this share of the whole on. */
const NAMED_FROM = 0.02;

type Part = { time: number; functions: Map<string, number> };

/** The largest shares of the time in which the process was busy, in words, of the longest profile in a folder. */
export async function profileOf(folder: string): Promise<string> {
  const profiles = await Promise.all((await readdir(folder)).map(async file => JSON.parse(await readFile(join(folder, file), 'utf8'))));
  const parts = timeByPart((profiles as Profile[]).reduce((a, b) => (b.samples.length > a.samples.length ? b : a)));
  const idle = parts.get(IDLE)?.time ?? 0;
  parts.delete(IDLE);
  const total = [...parts.values()].reduce((sum, { time }) => sum + time, 0);
  const percent = (time: number) => `${Math.round((time / total) * 100)} %`;
  const shares = [...parts]
    .filter(([, { time }]) => time >= total * NAMED_FROM)
    .sort(([, a], [, b]) => b.time - a.time)
    .slice(0, SHOWN);
  const said = shares.map(([name, { time, functions }]) => {
    const large = [...functions].filter(([, own]) => own >= total * NAMED_FROM).sort(([, a], [, b]) => b - a);
    const named = large.map(([function_, own]) => `\`${function_}\` ${percent(own)}`).join(', ');
    return `${name} ${percent(time)}${named === '' ? '' : ` (${named})`}`;
  });
  return `busy ${Math.round((total / (total + idle)) * 100)} % of the time; of that ${said.join(', ')}`;
}

function timeByPart({ nodes, samples, timeDeltas }: Profile): Map<string, Part> {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parts = new Map<string, Part>();
  for (const [index, sample] of samples.entries()) {
    const frame = frames.get(sample);
    const time = timeDeltas[index] ?? 0;
    if (!frame || isStart(frame)) continue;
    const name = partOf(frame);
    const part = parts.get(name) ?? { time: 0, functions: new Map() };
    part.time += time;
    if (/^\w+$/.test(frame.functionName)) part.functions.set(frame.functionName, (part.functions.get(frame.functionName) ?? 0) + time);
    parts.set(name, part);
  }
  return parts;
}

const IDLE = 'idle';
const INTERNAL = new Map([
  ['(idle)', IDLE],
  ['(garbage collector)', 'garbage collection'],
]);

/** Modules are loaded before anything is measured. */
function isStart({ functionName, url }: Frame): boolean {
  return url.includes('node:internal/modules') || functionName === 'readFileUtf8';
}

/** Where a function of a bundle was written. */
function sourceOf({ url, lineNumber, columnNumber }: Frame): string {
  const entry = url.startsWith('file:') ? mapOf(`${fileURLToPath(url)}.map`)?.findEntry(lineNumber, columnNumber) : undefined;
  return entry && 'originalSource' in entry ? `/${entry.originalSource}` : url;
}

const maps = new Map<string, SourceMap | undefined>();

function mapOf(path: string): SourceMap | undefined {
  if (!maps.has(path)) maps.set(path, existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, 'utf8'))) : undefined);
  return maps.get(path);
}

/** A package, a stage of ours, or what Node does itself. */
function partOf(frame: Frame): string {
  const internal = INTERNAL.get(frame.functionName);
  if (internal) return internal;
  const url = sourceOf(frame);
  const name = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(url)?.[1];
  if (name) return name;
  const stage = /\/(?:dist|src)\/([^/]+)\//.exec(url)?.[1];
  return stage ? `\`src/${stage}\`` : 'Node itself';
}
