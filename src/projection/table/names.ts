/** Names (of plugins, phases, patterns) as small whole numbers: columns of them are narrow, and counts by name are arrays. */
export class Names {
  readonly #ids = new Map<string, number>();
  /** In the order of their ids. */
  readonly #texts: string[] = [];

  get size(): number {
    return this.#texts.length;
  }

  /** The number of a name; a new one gets the next. */
  idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    this.#ids.set(name, this.#texts.length);
    return this.#texts.push(name) - 1;
  }

  /** The number of a name; undefined where no row bears it. */
  find(name: string): number | undefined {
    return this.#ids.get(name);
  }

  textOf(id: number): string {
    return this.#texts[id] ?? '';
  }

  /** The names from a number on. */
  since(id: number): string[] {
    return this.#texts.slice(id);
  }
}
