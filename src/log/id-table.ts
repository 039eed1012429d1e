import { hash } from 'node:crypto';

/** Words of 32 bits an entry: the hash of the id (2), then the position of its row plus 1 (2). */
export const ENTRY_WORDS = 4;
/** Of a slot: an entry without the first word, which says the part of the table. Where the position is 0 it is empty. */
const SLOT_WORDS = 3;
const PARTS = 256;
const FIRST_SLOTS = 16;
const FULLEST = 0.85;
/** How full a part is made: of many ids at once, and where it has to grow. */
const FILLED = 0.8;
const GROWN = 0.68;
const WORD = 2 ** 32;

/**
 * From an id to the position of its journal row, in typed arrays: 12 bytes a slot, 14 to 18 bytes an id, about a microsecond a look-up
 * at any size. Two ids may share what is kept of their hashes (of a part with 16,000 ids, one look-up in 270,000 finds another's row), so
 * a look-up answers candidates, which the caller confirms by reading the row.
 *
 * In parts, each of which grows by itself, so that no caller waits until ten million ids have moved.
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
    this.#part(words[at] ?? 0).add(words, at + 1);
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
    const byPart = Array.from(counts, own => new Uint32Array(own * SLOT_WORDS));
    const next = new Uint32Array(PARTS);
    for (const words of lists)
      for (let at = 0; at < words.length; at += ENTRY_WORDS) {
        const part = partOf(words, at);
        const [own, to] = [byPart[part] as Uint32Array, next[part] ?? 0];
        copySlot(words, at + 1, own, to);
        next[part] = to + SLOT_WORDS;
      }
    for (const [part, own] of byPart.entries()) this.#parts[part]?.addAll(own);
    this.#size += counts.reduce((sum, own) => sum + own, 0);
  }

  /** Positions of the rows whose id may be this one, oldest first; almost always none or one. */
  candidates(id: string): number[] {
    const [high, low] = hash64(id);
    return this.#part(high)
      .positions(low)
      .sort((a, b) => a - b);
  }

  #part(high: number): Part {
    return this.#parts[high % PARTS] as Part;
  }
}

/** Word by word: a loop over three words costs more than they do. */
function copySlot(from: Uint32Array, at: number, to: Uint32Array, place: number): void {
  to[place] = from[at] ?? 0;
  to[place + 1] = from[at + 1] ?? 0;
  to[place + 2] = from[at + 2] ?? 0;
}

/** The part that the entry at a place belongs to. */
function partOf(words: Uint32Array, at: number): number {
  return (words[at] ?? 0) % PARTS;
}

/** Entries of the table, `ENTRY_WORDS` each, before they are added to it or saved. */
export class EntryList {
  #words = new Uint32Array(FIRST_SLOTS * ENTRY_WORDS);
  #length = 0;

  add(id: string, position: number): void {
    if (this.#length === this.#words.length) this.#grow();
    const [high, low] = hash64(id);
    this.#words[this.#length] = high;
    this.#words[this.#length + 1] = low;
    this.#words[this.#length + 2] = (position + 1) % WORD;
    this.#words[this.#length + 3] = Math.floor((position + 1) / WORD);
    this.#length += ENTRY_WORDS;
  }

  /** A copy. */
  words(): Uint32Array {
    return this.#words.slice(0, this.#length);
  }

  #grow(): void {
    const old = this.#words;
    this.#words = new Uint32Array(old.length * 2);
    this.#words.set(old);
  }
}

/** Open addressing with linear probing; a slot's words lie side by side, so that a probe costs one line of the cache. */
class Part {
  #words = new Uint32Array(FIRST_SLOTS * SLOT_WORDS);
  #count = 0;

  /** Adds the slot whose words stand at a place in `words`. */
  add(words: Uint32Array, at: number): void {
    if (this.#count + 1 > this.#slots * FULLEST) this.#resize((this.#count + 1) / GROWN);
    this.#insert(words, at);
    this.#count++;
  }

  addAll(words: Uint32Array): void {
    const count = this.#count + words.length / SLOT_WORDS;
    if (count > this.#slots * FULLEST) this.#resize(count / FILLED);
    for (let at = 0; at < words.length; at += SLOT_WORDS) this.#insert(words, at);
    this.#count = count;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  positions(low: number): number[] {
    const words = this.#words;
    const found: number[] = [];
    for (let at = this.#home(low); !this.#isEmpty(at); at = this.#next(at)) {
      if (words[at] === low) found.push((words[at + 1] ?? 0) + (words[at + 2] ?? 0) * WORD - 1);
    }
    return found;
  }

  get #slots(): number {
    return this.#words.length / SLOT_WORDS;
  }

  /** The hash as a share of all hashes is the home as a share of all slots. */
  #home(low: number): number {
    return Math.floor((low * this.#slots) / WORD) * SLOT_WORDS;
  }

  #next(at: number): number {
    return at + SLOT_WORDS === this.#words.length ? 0 : at + SLOT_WORDS;
  }

  #isEmpty(at: number): boolean {
    return this.#words[at + 1] === 0 && this.#words[at + 2] === 0;
  }

  #insert(words: Uint32Array, at: number): void {
    let slot = this.#home(words[at] ?? 0);
    while (!this.#isEmpty(slot)) slot = this.#next(slot);
    copySlot(words, at, this.#words, slot);
  }

  #resize(slots: number): void {
    const old = this.#words;
    this.#words = new Uint32Array(Math.ceil(slots) * SLOT_WORDS);
    for (let at = 0; at < old.length; at += SLOT_WORDS) {
      if (old[at + 1] !== 0 || old[at + 2] !== 0) this.#insert(old, at);
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
