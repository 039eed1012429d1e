import { MetricsError } from '../errors.ts';

/** A phrase longer than this is no search; it also keeps the words below the 1,024 clauses that Lucene takes. */
const MAX_PHRASE_LENGTH = 500;

/** Every character with a meaning in Lucene's query language. */
const SPECIAL = /[+\-!(){}[\]^"~*?:\\/&|<>=]/g;
/** Lucene's operators are words in capitals; in small letters they are words like others. The index does not tell letters apart. */
const OPERATOR = /^(?:AND|OR|NOT|TO)$/;

function escapeWord(word: string): string {
  return OPERATOR.test(word) ? word.toLowerCase() : word.replace(SPECIAL, character => `\\${character}`);
}

/**
 * A user's words as a Lucene query that finds nodes with any of them, best first; nothing in them is an operator. Without a
 * word it is the query that finds nothing. Throws BAD_USER_INPUT for a phrase of more than 500 characters.
 */
export function fulltextQuery(phrase: string): string {
  if (phrase.length > MAX_PHRASE_LENGTH) {
    throw new MetricsError('BAD_USER_INPUT', `The phrase has ${phrase.length} characters: search for at most ${MAX_PHRASE_LENGTH}`, {
      field: ['phrase'],
    });
  }
  const words = phrase.split(/[\s\p{Cc}]+/u).filter(word => word !== '');
  return words.length === 0 ? '""' : words.map(escapeWord).join(' ');
}
