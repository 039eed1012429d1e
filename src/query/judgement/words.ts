/** Words of a text that are looked at. */
const MAX_WORDS = 1000;

/** The words of a text, lower case, in order: letters and digits of any script; what stands between them separates. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  ).slice(0, MAX_WORDS);
}

/** How often each word occurs. */
export type Bag = ReadonlyMap<string, number>;

export function bagOf(words: readonly string[]): Bag {
  const bag = new Map<string, number>();
  for (const word of words) bag.set(word, (bag.get(word) ?? 0) + 1);
  return bag;
}

/** The cosine of the angle between two bags as vectors of counts, from 0 to 1; 0 where one is empty. */
export function cosine(a: Bag, b: Bag): number {
  let [product, squaresA, squaresB] = [0, 0, 0];
  for (const [word, count] of a) {
    product += count * (b.get(word) ?? 0);
    squaresA += count * count;
  }
  for (const count of b.values()) squaresB += count * count;
  return product === 0 ? 0 : Math.min(1, product / Math.sqrt(squaresA * squaresB));
}

/** Words that two sets share / words in either; 0 where both are empty. */
export function jaccard(a: ReadonlySet<string>, b: { readonly size: number; has(word: string): boolean }): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  const either = a.size + b.size - shared;
  return either === 0 ? 0 : shared / either;
}
