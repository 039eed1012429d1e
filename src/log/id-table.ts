import { hash } from 'node:crypto';

const EMPTY = -1;

/**
 * From an id to the position of its journal row: a 64-bit hash and a position a slot, in typed arrays (about 32 bytes an id,
 * a few microseconds a look-up, at any size). Two ids may share a hash, so a look-up answers candidates, which the caller
 * confirms by reading the row.
 */
export class IdTable {
  #high = new Uint32Array(1024);
  #low = new Uint32Array(1024);
  #positions = new Float64Array(1024).fill(EMPTY);
  #count = 0;

  get size(): number {
    return this.#count;
  }

  add(id: string, position: number): void {
    if (this.#count >= this.#positions.length * 0.6) this.#grow();
    const [high, low] = hash64(id);
    this.#insert(high, low, position);
    this.#count++;
  }

  /** Positions of the rows whose id may be this one, oldest first; almost always none or one. */
  candidates(id: string): number[] {
    const [high, low] = hash64(id);
    const mask = this.#positions.length - 1;
    const found: number[] = [];
    for (let slot = low & mask; this.#positions[slot] !== EMPTY; slot = (slot + 1) & mask) {
      if (this.#high[slot] === high && this.#low[slot] === low) found.push(this.#positions[slot] ?? EMPTY);
    }
    return found.sort((a, b) => a - b);
  }

  #insert(high: number, low: number, position: number): void {
    const mask = this.#positions.length - 1;
    let slot = low & mask;
    while (this.#positions[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#positions[slot] = position;
  }

  #grow(): void {
    const [high, low, positions] = [this.#high, this.#low, this.#positions];
    const size = positions.length * 2;
    this.#high = new Uint32Array(size);
    this.#low = new Uint32Array(size);
    this.#positions = new Float64Array(size).fill(EMPTY);
    for (const [slot, position] of positions.entries()) {
      if (position !== EMPTY) this.#insert(high[slot] ?? 0, low[slot] ?? 0, position);
    }
  }
}

/** Of a cryptographic hash, so that no client can choose ids that collide. */
function hash64(id: string): [high: number, low: number] {
  const digest = hash('sha1', id, 'buffer');
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}
