import { hash } from 'node:crypto';

/** Words of 32 bits a slot: the hash of the id (2), then the position of its row plus 1 (2), where 0 says empty. */
export const ENTRY_WORDS = 4;
const PARTS = 256;
const FIRST_SLOTS = 16;
const FULLEST = 0.75;
const WORD = 2 ** 32;

/**
 * From an id to the position of its journal row, in typed arrays: 16 bytes a slot, 21 to 43 bytes an id, about a microsecond a
 * look-up at any size. Two ids may share a hash, so a look-up answers candidates, which the caller confirms by reading the row.
 *
 * In parts, each of which doubles by itself, so that no caller waits until ten million ids have moved.
 */
export class IdTable {
  readonly #parts = Array.from({ length: PARTS }, () => new Part());
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Of memory. */
  get bytes(): number {
    return this.#parts.reduce((sum, part) => sum + part.bytes, 0);
  }

  add(id: string, position: number): void {
    const entry = new EntryList();
    entry.add(id, position);
    this.addEntry(entry.words(), 0);
  }

  /** Adds the entry (see `EntryList`) whose words stand at a place in `words`. */
  addEntry(words: Uint32Array, at: number): void {
    this.#part(words[at] ?? 0).add(words, at);
    this.#size++;
  }

  /** Adds the entries of lists, one part of the table after the other: of millions, each part is in the cache then, and never grows twice. */
  addAll(lists: readonly Uint32Array[]): void {
    const counts = new Uint32Array(PARTS);
    for (const words of lists)
      for (let at = 0; at < words.length; at += ENTRY_WORDS) {
        const part = partOf(words, at);
        counts[part] = (counts[part] ?? 0) + 1;
      }
    const byPart = Array.from(counts, own => new Uint32Array(own * ENTRY_WORDS));
    const next = new Uint32Array(PARTS);
    for (const words of lists)
      for (let at = 0; at < words.length; at += ENTRY_WORDS) {
        const part = partOf(words, at);
        const [own, to] = [byPart[part] as Uint32Array, next[part] ?? 0];
        copyEntry(words, at, own, to);
        next[part] = to + ENTRY_WORDS;
      }
    for (const [part, own] of byPart.entries()) this.#parts[part]?.addAll(own);
    this.#size += counts.reduce((sum, own) => sum + own, 0);
  }

  /** Positions of the rows whose id may be this one, oldest first; almost always none or one. */
  candidates(id: string): number[] {
    const [high, low] = hash64(id);
    return this.#part(high)
      .positions(high, low)
      .sort((a, b) => a - b);
  }

  #part(high: number): Part {
    return this.#parts[high % PARTS] as Part;
  }
}

/** Word by word: a loop would take twice as long. */
function copyEntry(from: Uint32Array, at: number, to: Uint32Array, place: number): void {
  to[place] = from[at] ?? 0;
  to[place + 1] = from[at + 1] ?? 0;
  to[place + 2] = from[at + 2] ?? 0;
  to[place + 3] = from[at + 3] ?? 0;
}

/** The part that the entry at a place belongs to. */
function partOf(words: Uint32Array, at: number): number {
  return (words[at] ?? 0) % PARTS;
}

/** Entries of the table, `ENTRY_WORDS` each, before they are added to it or saved. */
export class EntryList {
  #words = new Uint32Array(FIRST_SLOTS * ENTRY_WORDS);
  #length = 0;

  /** In words. */
  get length(): number {
    return this.#length;
  }

  add(id: string, position: number): void {
    if (this.#length === this.#words.length) this.#grow();
    const [high, low] = hash64(id);
    this.#words[this.#length] = high;
    this.#words[this.#length + 1] = low;
    this.#words[this.#length + 2] = (position + 1) % WORD;
    this.#words[this.#length + 3] = Math.floor((position + 1) / WORD);
    this.#length += ENTRY_WORDS;
  }

  /** The first of them, up to a length; a copy. */
  words(length = this.#length): Uint32Array {
    return this.#words.slice(0, length);
  }

  #grow(): void {
    const old = this.#words;
    this.#words = new Uint32Array(old.length * 2);
    this.#words.set(old);
  }
}

/** Open addressing with linear probing; a slot's words lie side by side, so that a probe costs one line of the cache. */
class Part {
  #words = new Uint32Array(FIRST_SLOTS * ENTRY_WORDS);
  #count = 0;

  add(words: Uint32Array, at: number): void {
    this.#makeRoom(1);
    this.#insert(words, at);
    this.#count++;
  }

  addAll(words: Uint32Array): void {
    this.#makeRoom(words.length / ENTRY_WORDS);
    for (let at = 0; at < words.length; at += ENTRY_WORDS) this.#insert(words, at);
    this.#count += words.length / ENTRY_WORDS;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  positions(high: number, low: number): number[] {
    const words = this.#words;
    const found: number[] = [];
    for (let at = this.#home(low); !this.#isEmpty(at); at = this.#next(at)) {
      if (words[at] === high && words[at + 1] === low) found.push((words[at + 2] ?? 0) + (words[at + 3] ?? 0) * WORD - 1);
    }
    return found;
  }

  /** There are as many words as a power of two. */
  #home(low: number): number {
    return (low * ENTRY_WORDS) & (this.#words.length - 1);
  }

  #next(at: number): number {
    return (at + ENTRY_WORDS) & (this.#words.length - 1);
  }

  #isEmpty(at: number): boolean {
    return this.#words[at + 2] === 0 && this.#words[at + 3] === 0;
  }

  #insert(words: Uint32Array, at: number): void {
    let slot = this.#home(words[at + 1] ?? 0);
    while (!this.#isEmpty(slot)) slot = this.#next(slot);
    copyEntry(words, at, this.#words, slot);
  }

  #makeRoom(more: number): void {
    const old = this.#words;
    let slots = old.length / ENTRY_WORDS;
    while (this.#count + more > slots * FULLEST) slots *= 2;
    if (slots === old.length / ENTRY_WORDS) return;
    this.#words = new Uint32Array(slots * ENTRY_WORDS);
    for (let at = 0; at < old.length; at += ENTRY_WORDS) {
      if (old[at + 2] !== 0 || old[at + 3] !== 0) this.#insert(old, at);
    }
  }
}

/** Of a cryptographic hash, so that no client can choose ids that collide. */
function hash64(id: string): [high: number, low: number] {
  // As text, a byte a character: a buffer takes five times as long.
  const digest = hash('sha1', id, 'binary');
  return [littleEndian(digest, 0), littleEndian(digest, 4)];
}

/** The word of 32 bits in four bytes, the lowest first. */
function littleEndian(bytes: string, at: number): number {
  const word = bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8) | (bytes.charCodeAt(at + 2) << 16) | (bytes.charCodeAt(at + 3) << 24);
  return word >>> 0;
}
