/** Names (of plugins, phases, patterns) as small whole numbers: DuckDB groups and joins these several times faster than text. */
export class Names {
  readonly #ids: Map<string, number>;
  /** Names that no row in DuckDB tells yet, in the order of their ids. */
  #fresh: string[] = [];

  /** `known`: in the order of their ids, from 0. */
  constructor(known: Iterable<string> = []) {
    this.#ids = new Map();
    for (const name of known) this.#ids.set(name, this.#ids.size);
  }

  get size(): number {
    return this.#ids.size;
  }

  /** The number of a name; a new one gets the next. */
  idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(name, id);
    this.#fresh.push(name);
    return id;
  }

  /** The names that no row in DuckDB tells yet. */
  fresh(): { id: number; name: string }[] {
    const first = this.#ids.size - this.#fresh.length;
    return this.#fresh.map((name, index) => ({ id: first + index, name }));
  }

  /** The fresh ones are in DuckDB now. */
  told(): void {
    this.#fresh = [];
  }
}
