/**
 * A list that is put together of parts. A part that says the same as in an earlier answer is the same array there, so that what was made of
 * it, as its text, need not be made again.
 */
export class Parts<Item> implements Iterable<Item> {
  readonly parts: readonly (readonly Item[])[];

  constructor(parts: readonly (readonly Item[])[]) {
    this.parts = parts;
  }

  *[Symbol.iterator](): Generator<Item> {
    for (const part of this.parts) yield* part;
  }
}
