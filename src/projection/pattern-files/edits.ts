/** Changes of a YAML text by the places that its parser tells, so that all around them stays as it is written. */
import { isAlias, isScalar, type Pair, Scalar, type YAMLMap } from 'yaml';
import { type FigureValue, figureKey } from './values.ts';

/** The characters from `start` up to `end` of the YAML become `text`. `quoted`: what is written reads as text, whatever it looks like. */
export type Edit = Readonly<{ start: number; end: number; text: string; quoted: boolean }>;

const QUOTES: Readonly<Record<string, string>> = { [Scalar.QUOTE_DOUBLE]: '"', [Scalar.QUOTE_SINGLE]: "'" };

/** Another value of a key, quoted as the one that is there. Undefined where that is a block of text, a list or a map. */
export function replacement({ value, srcToken }: Pair, text: string): Edit | undefined {
  if (isAlias(value) && value.range) return { start: value.range[0], end: value.range[1], text, quoted: false };
  if (!isScalar(value) || !value.range || value.type === Scalar.BLOCK_FOLDED || value.type === Scalar.BLOCK_LITERAL) return undefined;
  const [start, end] = value.range;
  const quote = QUOTES[value.type ?? ''] ?? '';
  if (end > start) return { start, end, text: `${quote}${text}${quote}`, quoted: quote !== '' };
  const colon = srcToken?.sep?.find(({ type }) => type === 'map-value-ind');
  return colon && { start: colon.offset + 1, end: colon.offset + 1, text: ` ${text}`, quoted: false };
}

export type Entry = Readonly<{ name: string; value: FigureValue }>;

/** New keys of a map: after its last figure, or else after the first of its keys that stands alone on its line. */
export function insertion(yaml: string, map: YAMLMap, entries: readonly Entry[]): Edit | undefined {
  const isFigure = (pair: Pair) => isScalar(pair.key) && figureKey(String(pair.key.value)) !== undefined;
  const anchors = [...map.items.filter(isFigure).reverse(), ...map.items.filter(pair => !isFigure(pair))];
  for (const pair of anchors) {
    const edit = map.flow ? behind(pair, entries) : below(yaml, pair, entries);
    if (edit) return edit;
  }
  return undefined;
}

/** In a map of braces, which may be JSON: quoted as its keys are. */
function behind({ key, value }: Pair, entries: readonly Entry[]): Edit | undefined {
  if (!isScalar(key) || !isScalar(value) || !value.range || value.range[1] === value.range[0]) return undefined;
  const quote = QUOTES[key.type ?? ''] ?? '';
  const quoted = (content: FigureValue) => (typeof content === 'string' ? `${quote}${content}${quote}` : String(content));
  const text = entries.map(entry => `, ${quoted(entry.name)}: ${quoted(entry.value)}`).join('');
  return { start: value.range[1], end: value.range[1], text, quoted: quote !== '' };
}

/** Lines of their own, indented as the line of the key before them, before its line break. */
function below(yaml: string, { key, value }: Pair, entries: readonly Entry[]): Edit | undefined {
  if (!isScalar(key) || !key.range || !isScalar(value) || !value.range || value.range[1] === value.range[0]) return undefined;
  if (value.type === Scalar.BLOCK_FOLDED || value.type === Scalar.BLOCK_LITERAL) return undefined;
  const indent = /[^\n]*$/.exec(yaml.slice(0, key.range[0]))?.[0] ?? '';
  const [, rest = '', lineBreak] = /^([^\r\n]*)(\r?\n)?/.exec(yaml.slice(value.range[1])) ?? [];
  if (!/^ *$/.test(indent) || !/^[ \t]*(?:[ \t]#.*)?$/.test(rest)) return undefined;
  const eol = lineBreak ?? /\r?\n/.exec(yaml)?.[0] ?? '\n';
  const at = value.range[1] + rest.length;
  return {
    start: at,
    end: at,
    text: entries.map(({ name, value: content }) => `${eol}${indent}${name}: ${content}`).join(''),
    quoted: false,
  };
}
