/** How long steps take alone: what is known of each kind of them. */
import { type Logs, NO_SPREAD } from './log-normal.ts';

/** A step of a plan; without a phase it is one of its own. */
export type PlannedStep = Readonly<{ plugin: string; phase: string | undefined }>;

/**
 * What is known of the durations of steps: by plugin and phase, by plugin, by phase and of all. Each of these kinds has a place in `logs`;
 * places only grow, and by one history, so that all states of it share one.
 */
export type StepDurations = { readonly places: KindPlaces; logs: Float64Array; readonly spread: { freedom: number; squares: number } };

/** The places of a step's kinds, by phase and plugin; each kind's own by its key. */
type KindPlaces = { readonly bySteps: Map<string, Map<string, readonly number[]>>; readonly byKey: Map<string, number> };

/** Numbers of `Logs`. */
const LOGS = 3;

export function noSteps(): StepDurations {
  return { places: { bySteps: new Map(), byKey: new Map() }, logs: new Float64Array(64 * LOGS), spread: { ...NO_SPREAD } };
}

export function copyOfSteps({ places, logs, spread }: StepDurations): StepDurations {
  return { places, logs: logs.slice(), spread: { ...spread } };
}

/** The kinds that a step is of, the narrowest first. Names hold no line break. */
function kindsOf({ plugin, phase }: PlannedStep): readonly string[] {
  return phase === undefined ? [`${plugin}\n`, '\n'] : [`${plugin}\n${phase}`, `${plugin}\n`, `\n${phase}`, '\n'];
}

/** The places of a step's kinds, those that have one. */
function placesOf(places: KindPlaces, step: PlannedStep): readonly number[] {
  const known = step.phase === undefined ? undefined : places.bySteps.get(step.phase)?.get(step.plugin);
  return known ?? kindsOf(step).flatMap(kind => places.byKey.get(kind) ?? []);
}

/** The places of a step's kinds, each of which gets one. */
function placesFor(known: StepDurations, { plugin, phase }: RanStep): readonly number[] {
  const { bySteps, byKey } = known.places;
  let byPlugin = bySteps.get(phase);
  if (!byPlugin) {
    byPlugin = new Map();
    bySteps.set(phase, byPlugin);
  }
  let places = byPlugin.get(plugin);
  if (!places) {
    for (const kind of kindsOf({ plugin, phase })) if (!byKey.has(kind)) byKey.set(kind, byKey.size);
    places = kindsOf({ plugin, phase }).map(kind => byKey.get(kind) as number);
    byPlugin.set(plugin, places);
  }
  return places;
}

type RanStep = Readonly<{ plugin: string; phase: string }>;

/** Learns from a step that ran; `log` of its duration. As `spreadWith` and `withOne` do, in place. */
export function learnStep(known: StepDurations, step: RanStep, log: number): void {
  const places = placesFor(known, step);
  const length = known.places.byKey.size * LOGS;
  if (known.logs.length < length) known.logs = roomFor(known.logs, length);
  const { logs, spread } = known;
  const [narrowest] = places as readonly [number];
  const [n, mean] = [logs[narrowest * LOGS] as number, logs[narrowest * LOGS + 1] as number];
  if (n > 0) {
    spread.freedom++;
    spread.squares += ((log - mean) ** 2 * n) / (n + 1);
  }
  for (let index = 0; index < places.length; index++) addLog(logs, (places[index] as number) * LOGS, log);
}

function addLog(logs: Float64Array, at: number, value: number): void {
  const n = (logs[at] as number) + 1;
  const before = logs[at + 1] as number;
  const mean = before + (value - before) / n;
  logs[at] = n;
  logs[at + 1] = mean;
  logs[at + 2] = (logs[at + 2] as number) + (value - before) * (value - mean);
}

function roomFor(logs: Float64Array, length: number): Float64Array {
  const wider = new Float64Array(2 * length);
  wider.set(logs);
  return wider;
}

/** From so many on, the durations of one kind say more than those of a wider one. */
const TRUSTED = 5;

/** What a step is judged by: the narrowest kind with durations enough, else the narrowest with any. */
export function logsOf({ places, logs }: StepDurations, step: PlannedStep): Logs | undefined {
  const known = placesOf(places, step);
  let narrowest = -1;
  for (let index = 0; index < known.length; index++) {
    const at = (known[index] as number) * LOGS;
    // Nothing of a kind that came up after this state.
    const n = at < logs.length ? (logs[at] as number) : 0;
    if (n >= TRUSTED) return logsAt(logs, at);
    if (n > 0 && narrowest < 0) narrowest = at;
  }
  return narrowest < 0 ? undefined : logsAt(logs, narrowest);
}

function logsAt(logs: Float64Array, at: number): Logs {
  return { n: logs[at] as number, mean: logs[at + 1] as number, squares: logs[at + 2] as number };
}
