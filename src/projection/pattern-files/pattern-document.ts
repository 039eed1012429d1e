/** A pattern file's text: which pattern it speaks of, where its figures stand, and the same text with other figures. */
import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isNode, isScalar, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { type Edit, insertion, replacement } from './edits.ts';
import type { PatternFigure } from './figures.ts';
import { type FigureKey, figureKey, figureValue, REQUIRED, says } from './values.ts';
import { findYaml, type Refusal, refuse } from './yaml-part.ts';

/** How a file names its pattern. */
export type Identity = Readonly<{ by: 'id' | 'name'; value: string }>;

/** A map of the document with the path of keys that leads to it. */
type Place = Readonly<{ path: readonly string[]; map: YAMLMap }>;

export class PatternDocument {
  readonly identity: Identity;
  readonly #text: string;
  readonly #markdown: boolean;
  /** Of the YAML's first character in the text. */
  readonly #start: number;
  readonly #yaml: string;
  readonly #document: Document;
  /** Where figures may stand: the map that names the pattern, and `metrics` in it. */
  readonly #places: readonly Place[];

  private constructor(parsed: Parsed, identity: Identity, places: readonly Place[]) {
    this.identity = identity;
    this.#text = parsed.text;
    this.#markdown = parsed.markdown;
    this.#start = parsed.start;
    this.#yaml = parsed.yaml;
    this.#document = parsed.document;
    this.#places = places;
  }

  static read(text: string, markdown: boolean): PatternDocument | Refusal {
    const parsed = parse(text, markdown);
    if ('refused' in parsed) return parsed;
    const root = parsed.document.contents;
    if (!isMap(root)) return refuse('its YAML is no mapping: lines such as "id: pat_rest_api" are expected');
    const places = placesOf(root);
    const identity = identityOf([...new Set([places[0]?.map ?? root, root])]);
    if (!identity) return refuse('it does not say which pattern it is: give it the key id (or pattern_id) with the pattern_id of the logs');
    return new PatternDocument(parsed, identity, places);
  }

  /** The text with a pattern's figures; the same text where it has them already. Every other character stays. */
  with(figure: PatternFigure): string | Refusal {
    const edits: Edit[] = [];
    const expected = this.#content();
    const seen = new Set<FigureKey>();
    for (const { path, map } of this.#places) {
      for (const pair of map.items) {
        const key = figureKey(keyText(pair));
        if (!key) continue;
        seen.add(key);
        const value = figureValue(key, figure);
        if (says(key, this.#valueIn(pair), value)) continue;
        const edit = value === undefined ? undefined : replacement(pair, String(value));
        if (value === undefined || !edit) return refuse(`its ${keyText(pair)} is not one plain value on one line`);
        edits.push(edit);
        mapAt(expected, path).set(keyText(pair), edit.quoted ? String(value) : value);
      }
    }
    const added = this.#add(figure, seen, expected);
    if ('refused' in added) return added;
    return this.#apply([...edits, ...added], expected);
  }

  /** The figures that a file should have and has not. */
  #add(figure: PatternFigure, seen: ReadonlySet<FigureKey>, expected: unknown): Edit[] | Refusal {
    const place = this.#places.at(-1);
    if (!place) return [];
    const within = place.path.at(-1) === 'metrics' ? 'metrics' : 'top';
    const missing = REQUIRED[within].filter(({ key }) => !seen.has(key));
    if (missing.length === 0) return [];
    const entries = missing.map(({ key, name }) => ({ name, value: figureValue(key, figure) }));
    const edit = insertion(this.#yaml, place.map, entries);
    if (!edit) return refuse(`${missing[0]?.name} is missing, and there is no plain line after which it could be added: add it by hand`);
    for (const { name, value } of entries)
      mapAt(expected, place.path).set(name, edit.quoted && typeof value === 'string' ? String(value) : value);
    return [edit];
  }

  /** Takes an edited text only if it says what was meant, and all else as before. */
  #apply(edits: readonly Edit[], expected: unknown): string | Refusal {
    let text = this.#text;
    for (const { start, end, text: inserted } of [...edits].sort((a, b) => b.start - a.start))
      text = text.slice(0, this.#start + start) + inserted + text.slice(this.#start + end);
    if (edits.length === 0) return text;
    const edited = parse(text, this.#markdown);
    const faithful = !('refused' in edited) && isDeepStrictEqual(content(edited.document), expected);
    return faithful
      ? text
      : refuse('its figures cannot be changed without changing something else: write them as plain values, without anchors or tags');
  }

  #content(): unknown {
    return content(this.#document);
  }

  #valueIn(pair: Pair): unknown {
    return isNode(pair.value) ? pair.value.toJS(this.#document) : pair.value;
  }
}

type Parsed = Readonly<{ text: string; markdown: boolean; start: number; yaml: string; document: Document }>;

function parse(text: string, markdown: boolean): Parsed | Refusal {
  const part = findYaml(text, markdown);
  if ('refused' in part) return part;
  const yaml = text.slice(part.start, part.end);
  const document = parseDocument(yaml, { keepSourceTokens: true, logLevel: 'error' });
  const [error] = document.errors;
  if (error) return refuse(`its YAML is not valid: ${error.message.split('\n')[0]?.slice(0, 200)}`);
  try {
    content(document);
  } catch (error) {
    return refuse(`its YAML cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  return { text, markdown, start: part.start, yaml, document };
}

/** Maps as `Map`, so that keys of every type stay apart. */
function content(document: Document): unknown {
  return document.toJS({ mapAsMap: true });
}

function mapAt(value: unknown, path: readonly string[]): Map<unknown, unknown> {
  return path.reduce((map, key) => (map as Map<unknown, unknown>).get(key), value) as Map<unknown, unknown>;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

function placesOf(root: YAMLMap): Place[] {
  const nested = root.get('pattern', true);
  const base: Place = isMap(nested) ? { path: ['pattern'], map: nested } : { path: [], map: root };
  const metrics = base.map.get('metrics', true);
  return isMap(metrics) ? [base, { path: [...base.path, 'metrics'], map: metrics }] : [base];
}

/** The first key that names the pattern, of the inner map before the outer one. */
function identityOf(maps: readonly YAMLMap[]): Identity | undefined {
  for (const [by, keys] of [
    ['id', ['pattern_id', 'id']],
    ['name', ['pattern_name', 'name']],
  ] as const) {
    for (const map of maps) {
      for (const key of keys) {
        const value = scalarText(map.get(key, true));
        if (value) return { by, value };
      }
    }
  }
  return undefined;
}

/** Numbers as they are written: `007` is an id as well. */
function scalarText(node: Node | undefined): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === 'string' ? node.value : node.source;
}
