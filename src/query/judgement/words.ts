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

/** How often each word occurs, and the sum of the squares of that. */
export type Bag = Readonly<{ counts: ReadonlyMap<string, number>; squares: number }>;

export function bagOf(words: readonly string[]): Bag {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  let squares = 0;
  for (const count of counts.values()) squares += count * count;
  return { counts, squares };
}

/** The cosine of the angle between two bags as vectors of counts, from 0 to 1; 0 where one is empty. */
export function cosine(a: Bag, b: Bag): number {
  let product = 0;
  for (const [word, count] of a.counts) product += count * (b.counts.get(word) ?? 0);
  return product === 0 ? 0 : Math.min(1, product / Math.sqrt(a.squares * b.squares));
}

/** Words that two sets share / words in either; 0 where both are empty. */
export function jaccard(a: ReadonlySet<string>, b: { readonly size: number; has(word: string): boolean }): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  const either = a.size + b.size - shared;
  return either === 0 ? 0 : shared / either;
}
