/** Words of a text that are looked at. */
const MAX_WORDS = 1000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII, which is read a good deal faster
const ASCII = /^[\x00-\x7f]*$/;

/** Texts that came up before, as long as they are not many and not long, with their words: tasks are often given again. */
const texts = new Map<string, readonly string[]>();
const bags = new Map<readonly string[], Bag>();
const [MAX_TEXTS, MAX_TEXT_LENGTH] = [1000, 1000];

/** The words of a text, lower case, in order: letters and digits of any script; what stands between them separates. */
export function wordsOf(text: string): readonly string[] {
  if (text.length > MAX_TEXT_LENGTH) return wordsIn(text);
  let words = texts.get(text);
  if (!words) {
    if (texts.size >= MAX_TEXTS) {
      texts.clear();
      bags.clear();
    }
    words = wordsIn(text);
    texts.set(text, words);
    bags.set(words, counted(words));
  }
  return words;
}

function wordsIn(text: string): readonly string[] {
  const found = ASCII.test(text)
    ? text.toLowerCase().match(/[a-z0-9]+/g)
    : text
        .normalize('NFKC')
        .toLowerCase()
        .match(/[\p{L}\p{M}\p{N}]+/gu);
  return (found ?? []).slice(0, MAX_WORDS).map(interned);
}

/** Words stand again and again: one text of each is kept by all who keep it. */
const known = new Map<string, string>();
const MAX_KNOWN = 50_000;

export function interned(word: string): string {
  const own = known.get(word);
  if (own !== undefined) return own;
  if (known.size >= MAX_KNOWN) known.clear();
  // A part of a longer text would hold all of it.
  const copy = Buffer.from(word).toString();
  known.set(copy, copy);
  return copy;
}

/** Distinct words in the order in which they came up, how often each occurs, and the sum of the squares of that. */
export type Bag = Readonly<{ words: readonly string[]; counts: readonly number[]; squares: number }>;

/** The last one made of a text that is not kept: it is looked at in several ways. */
let latest: { words: readonly string[]; bag: Bag } = { words: [], bag: { words: [], counts: [], squares: 0 } };

export function bagOf(words: readonly string[]): Bag {
  const kept = bags.get(words);
  if (kept) return kept;
  if (words !== latest.words) latest = { words, bag: counted(words) };
  return latest.bag;
}

function counted(words: readonly string[]): Bag {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  let squares = 0;
  for (const count of counts.values()) squares += count * count;
  return { words: [...counts.keys()], counts: [...counts.values()], squares };
}

/** The largest cosine of the angle between a bag and others, as vectors of counts, from 0 to 1; 0 of one that is empty. */
export function nearest(bag: Bag, others: readonly Bag[]): number {
  if (bag.squares > 0 && others.includes(bag)) return 1;
  const counts = new Map<string, number>();
  for (let index = 0; index < bag.words.length; index++) counts.set(bag.words[index] as string, bag.counts[index] as number);
  let best = 0;
  for (const { words, counts: theirs, squares } of others) {
    let product = 0;
    for (let index = 0; index < words.length; index++) product += (theirs[index] as number) * (counts.get(words[index] as string) ?? 0);
    if (product > 0) best = Math.max(best, Math.min(1, product / Math.sqrt(bag.squares * squares)));
  }
  return best;
}

/** Words that two sets share / words in either; 0 where both are empty. */
export function jaccard(a: readonly string[], b: { readonly size: number; has(word: string): boolean }): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  const either = a.length + b.size - shared;
  return either === 0 ? 0 : shared / either;
}
