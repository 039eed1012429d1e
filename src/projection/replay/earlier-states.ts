import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatPosition, type Position, parsePosition, reaches } from '../../log/log.ts';
import { readSnapshot, type Snapshot, writeSnapshot } from './snapshot.ts';

/** How many are kept. */
const MAX_STATES = 48;

/**
 * States of earlier positions, in files of a folder that are named like them: some way apart all along the history, the further the longer
 * it is. May be deleted.
 */
export class EarlierStates {
  readonly #directory: string;
  readonly #version: number;
  /** In order. */
  #positions: Position[] = [];

  constructor(directory: string, version: number) {
    this.#directory = directory;
    this.#version = version;
  }

  /** Looks what there is. */
  async open(): Promise<void> {
    const names = await readdir(this.#directory).catch(() => []);
    this.#positions = names.flatMap(positionIn).sort((a, b) => a.journal - b.journal);
  }

  /** The last position, or the last that another one covers. */
  last(within?: Position): Position | undefined {
    return this.#positions.findLast(position => !within || reaches(within, position));
  }

  /** Undefined where it is damaged; then it is forgotten. */
  async read(position: Position): Promise<Snapshot | undefined> {
    const saved = await readSnapshot(this.#pathOf(position), this.#version);
    if (!saved) await this.#forget(position);
    return saved;
  }

  async add(state: Snapshot): Promise<void> {
    await writeSnapshot(this.#pathOf(state.position), this.#version, state);
    this.#positions = [...this.#positions.filter(({ journal }) => journal < state.position.journal), state.position];
    if (this.#positions.length > MAX_STATES) await this.#forget(leastMissed(this.#positions));
  }

  async clear(): Promise<void> {
    this.#positions = [];
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #forget(position: Position): Promise<void> {
    this.#positions = this.#positions.filter(other => other !== position);
    await rm(this.#pathOf(position), { force: true });
  }

  #pathOf(position: Position): string {
    return join(this.#directory, formatPosition(position));
  }
}

function positionIn(name: string): Position[] {
  try {
    return [parsePosition(name)];
  } catch {
    return [];
  }
}

/** The one whose neighbours are nearest to each other; never the last. */
function leastMissed(positions: readonly Position[]): Position {
  const gap = (index: number) => (positions[index + 1]?.journal ?? Number.POSITIVE_INFINITY) - (positions[index - 1]?.journal ?? 0);
  let least = 0;
  for (let index = 1; index < positions.length; index++) if (gap(index) < gap(least)) least = index;
  return positions[least] as Position;
}
