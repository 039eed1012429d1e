/** Many texts as one: of a text for each, by the million, the collector would have more to do than who reads them. */

/** Texts in their order, each with a line feed behind it; none holds one itself. */
export type TextList = Readonly<{ joined: string; length: number }>;

export function textListOf(texts: readonly string[]): TextList {
  return { joined: texts.length === 0 ? '' : `${texts.join('\n')}\n`, length: texts.length };
}

const LINE_FEED = 10;
const FIRST_BYTES = 1 << 12;

/** Takes texts as bytes. */
export class TextListBuilder {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #end = 0;
  #length = 0;

  /** The text between two places in UTF-8 bytes; answers its place in the list. */
  push(bytes: Buffer, start: number, end: number): number {
    if (this.#end + end - start + 1 > this.#bytes.length) this.#grow(end - start + 1);
    const own = this.#bytes;
    let to = this.#end;
    for (let at = start; at < end; at++) own[to++] = bytes[at] ?? 0;
    own[to++] = LINE_FEED;
    this.#end = to;
    return this.#length++;
  }

  pushText(text: string): number {
    const bytes = Buffer.from(text);
    return this.push(bytes, 0, bytes.length);
  }

  get list(): TextList {
    return { joined: this.#bytes.toString('utf8', 0, this.#end), length: this.#length };
  }

  #grow(bytes: number): void {
    const old = this.#bytes;
    this.#bytes = Buffer.allocUnsafe(2 * (old.length + bytes));
    old.copy(this.#bytes, 0, 0, this.#end);
  }
}
