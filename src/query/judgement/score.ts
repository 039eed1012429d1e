/** The orchestrator's own score of a run to come: four factors from 0 to 1, weighted. */
import { type Bag, bagOf, interned, jaccard, nearest, wordsOf } from './words.ts';

export const FACTORS = ['pattern', 'plugins', 'context', 'similarity'] as const;
export type FactorName = (typeof FACTORS)[number];
export type Factors = Readonly<Record<FactorName, number>>;

export const WEIGHTS: Factors = { pattern: 0.4, plugins: 0.3, context: 0.2, similarity: 0.1 };

/** The weighted sum, from 0 to 1; without one of the factors, the others in its place. */
export function scoreOf(factors: Factors, without?: FactorName): number {
  let [sum, weights] = [0, 0];
  for (const name of FACTORS) {
    if (name === without) continue;
    sum += WEIGHTS[name] * factors[name];
    weights += WEIGHTS[name];
  }
  // Rounded, so that a sum of 0.85 is no less for having been added up in binary.
  return Math.round((sum / weights) * 1e12) / 1e12;
}

/** With fewer runs a pattern's rate is drawn towards 0.5. */
export const TRUSTED_RUNS = 10;
/** What is said of the reliability of something unknown. */
export const UNKNOWN = 0.5;

export function patternFactor(successes: number, executions: number): number {
  if (executions === 0) return UNKNOWN;
  return UNKNOWN + (successes / executions - UNKNOWN) * Math.min(1, executions / TRUSTED_RUNS);
}

/** Each plugin once; required ones count double. */
export function pluginsFactor(plugins: readonly Readonly<{ reliability: number | undefined; required: boolean }>[]): number {
  let [sum, weights] = [0, 0];
  for (const { reliability = UNKNOWN, required } of plugins) {
    sum += (required ? 2 : 1) * reliability;
    weights += required ? 2 : 1;
  }
  return weights === 0 ? UNKNOWN : sum / weights;
}

/** What a pattern's runs were asked to do: the words of its last tasks, how many of those have each, and the tasks of its last successes. */
export type Texts = { readonly tasks: (readonly string[])[]; readonly words: Map<string, number>; readonly won: Bag[] };

export function noTexts(): Texts {
  return { tasks: [], words: new Map(), won: [] };
}

export function copyOfTexts({ tasks, words, won }: Texts): Texts {
  return { tasks: [...tasks], words: new Map(words), won: [...won] };
}

/** The same with the texts of words that others have too. */
export function sharingWords({ tasks, words, won }: Texts): Texts {
  return {
    tasks: tasks.map(task => task.map(interned)),
    words: new Map([...words].map(([word, times]) => [interned(word), times])),
    won: won.map(bag => ({ ...bag, words: bag.words.map(interned) })),
  };
}

/** Tasks whose words count as the pattern's: of all tasks ever the words would only grow, and share less and less with any one. */
const TASKS = 100;
/** Successful tasks that a new one is compared with. */
const WON = 10;

export function learnTask({ tasks, words, won }: Texts, task: readonly string[], success: boolean): void {
  const distinct = bagOf(task).words;
  const oldest = tasks.length === TASKS ? tasks.shift() : undefined;
  tasks.push(distinct);
  if (oldest !== distinct) {
    for (const word of distinct) words.set(word, (words.get(word) ?? 0) + 1);
    for (const word of oldest ?? []) forgetWord(words, word);
  }
  if (success) learnWon(won, task);
}

function forgetWord(words: Map<string, number>, word: string): void {
  const times = (words.get(word) ?? 1) - 1;
  if (times === 0) words.delete(word);
  else words.set(word, times);
}

export function learnWon(won: Bag[], task: readonly string[]): void {
  won.push(bagOf(task));
  if (won.length > WON) won.shift();
}

/** The words of names: few names are asked for again and again. */
const named = new Map<string, readonly string[]>();
const MAX_NAMED = 1000;

function wordsOfName(name: string): readonly string[] {
  let words = named.get(name);
  if (!words) {
    if (named.size >= MAX_NAMED) named.clear();
    words = [...new Set(wordsOf(name))];
    named.set(name, words);
  }
  return words;
}

/** 0.8 × Jaccard of the task's words with those of the pattern's name and past tasks, and 0.2 if its name holds a word of the task. */
export function contextFactor(task: readonly string[], name: string, { words }: Pick<Texts, 'words'>): number {
  const asked = bagOf(task).words;
  const ofName = wordsOfName(name);
  let size = words.size;
  for (const word of ofName) if (!words.has(word)) size++;
  const known = { size, has: (word: string) => words.has(word) || ofName.includes(word) };
  return 0.8 * jaccard(asked, known) + (ofName.some(word => asked.includes(word)) ? 0.2 : 0);
}

/** The best cosine of the task's words with those of a successful task. */
export function similarityFactor(task: readonly string[], won: readonly Bag[]): number {
  return nearest(bagOf(task), won);
}
