/** Where the YAML of a pattern file stands in its text, and whether it may be parsed. */
import { Lexer } from 'yaml';

/** Characters of the text: from the first one of the YAML to the one after its last. */
export type YamlPart = Readonly<{ start: number; end: number }>;

/** Why a file is not taken, and what would be right. */
export type Refusal = Readonly<{ refused: string }>;

export const refuse = (refused: string): Refusal => ({ refused });

/** Parsing holds up everything else in the process: this much takes some 0.1 s. */
const MAX_YAML_CHARACTERS = 65_536;
/** The parser calls itself for each level; without room for that V8 ends the process, and no error can be caught. */
const MAX_FLOW_DEPTH = 64;
const MAX_INDENT = 200;

const BYTE_ORDER_MARK = '\ufeff';
const OPENING = /^---[ \t]*\r?\n/;
/** A line of its own; only line feeds end lines here. */
const CLOSING = /(?<![^\n])(?:---|\.\.\.)[ \t]*(?![^\n])/;
const DEEP_LINE = new RegExp(`^[ \\t?:-]{${MAX_INDENT},}`, 'm');

/** The YAML of a text: its front matter if it is Markdown, else all of it. */
export function findYaml(text: string, markdown: boolean): YamlPart | Refusal {
  const start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  const part = markdown ? frontMatter(text, start) : { start, end: text.length };
  return 'refused' in part ? part : (reasonNotToParse(text.slice(part.start, part.end)) ?? part);
}

function frontMatter(text: string, begin: number): YamlPart | Refusal {
  const opening = OPENING.exec(text.slice(begin, begin + 1000));
  if (!opening) return refuse('it has no front matter: its first line must be ---');
  const start = begin + opening[0].length;
  // More than may be parsed, so that what is too long is told as that.
  const closing = CLOSING.exec(text.slice(start, start + MAX_YAML_CHARACTERS + 1000).replaceAll('\r\n', ' \n'));
  if (closing) return { start, end: start + closing.index };
  return text.length - start > MAX_YAML_CHARACTERS
    ? refuse(`its front matter is longer than ${MAX_YAML_CHARACTERS} characters, or its closing line --- is missing`)
    : refuse('its front matter does not end: the closing line --- is missing');
}

function reasonNotToParse(yaml: string): Refusal | undefined {
  if (yaml.length > MAX_YAML_CHARACTERS) return refuse(`its YAML is longer than ${MAX_YAML_CHARACTERS} characters`);
  if (DEEP_LINE.test(yaml) || flowDepth(yaml) > MAX_FLOW_DEPTH) return refuse('its YAML is nested too deeply');
  return undefined;
}

/** How deep the brackets nest. The lexer does not call itself for them. */
function flowDepth(yaml: string): number {
  let depth = 0;
  let deepest = 0;
  for (const token of new Lexer().lex(yaml)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return deepest;
}
