/** Texts that stand again and again in a log, each with its place in a list: found by their bytes, so that no text is made of each. */
import { randomInt } from 'node:crypto';

const FIRST_SLOTS = 1024;
const FULLEST = 0.5;
/** So that nobody can choose names that all fall into one slot. */
const SEED = randomInt(2 ** 32);

export class ByteDictionary {
  readonly texts: string[] = [];
  /** The bytes of each text. */
  readonly #bytes: Buffer[] = [];
  /** Places in the list plus 1, by hash; 0 is empty. */
  #slots = new Uint32Array(FIRST_SLOTS);

  /** The place of the text between two places in UTF-8 bytes. */
  placeOf(bytes: Buffer, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot] ?? 0;
      if (found === 0) return this.#add(bytes, { start, end, slot });
      if (isSame(this.#bytes[found - 1] as Buffer, bytes, start, end)) return found - 1;
    }
  }

  placeOfText(text: string): number {
    const bytes = Buffer.from(text);
    return this.placeOf(bytes, 0, bytes.length);
  }

  #add(bytes: Buffer, { start, end, slot }: { start: number; end: number; slot: number }): number {
    const place = this.texts.push(bytes.toString('utf8', start, end)) - 1;
    this.#bytes.push(Buffer.from(bytes.subarray(start, end)));
    this.#slots[slot] = place + 1;
    if (this.texts.length > this.#slots.length * FULLEST) this.#grow();
    return place;
  }

  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (const [place, bytes] of this.#bytes.entries()) {
      let slot = hashOf(bytes, 0, bytes.length) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = place + 1;
    }
  }
}

/** FNV-1a from a seed, its high bits mixed in. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = SEED;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function isSame(text: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = start; at < end; at++) if (bytes[at] !== text[at - start]) return false;
  return true;
}
