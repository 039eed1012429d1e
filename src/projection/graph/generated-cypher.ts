/**
 * Corrections of the Cypher that @neo4j/graphql 7 generates, by its text. In flows a query as it was generated, a clause a line; out
 * flows one that answers the same, but:
 *
 * - an odd node of another program (without our key, or with a time that is none) does not null a whole page;
 * - nodes within nodes are sorted by the property that was asked for, also where it is not selected, and cut to the page before what
 *   lies below them is collected;
 * - executions sorted by their start come from an index, in order.
 *
 * A query of another shape passes as it is: `test/serve/graph-schema.neo4j.test.ts` fails when a new version of the library writes one.
 */

/** The property that no node of ours lacks. */
const KEYS: Readonly<Record<string, string>> = { Execution: 'execution_id', Pattern: 'pattern_id', Plugin: 'name' };
const SEARCHED: Readonly<Record<string, string>> = { pattern_text: 'pattern_id', plugin_text: 'name' };

/** The one field whose property is named otherwise than by its words. */
const PROPERTIES: Readonly<Record<string, string>> = { executionCount: 'executions' };

/** The property behind a field of `schema/graph.graphql`. */
export function propertyOf(field: string): string {
  return PROPERTIES[field] ?? field.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}

export function correctedCypher(query: string): string {
  const lines = query.replace(CONVERSION, "split(toStringOrNull($1), '[')[0]").split('\n');
  countFromStore(lines);
  searchForKeys(lines);
  sortNodesWithin(lines);
  sortByIndex(lines);
  matchKeys(lines);
  return lines.join('\n');
}

/**
 * How a DateTime property is read. APOC's function fails on a time without zone, or on what is no time at all; without it the text
 * stands as it is, a zone's name cut off, and what is no time is an error of its own field only.
 */
const CONVERSION = /apoc\.date\.convertFormat\(toString\(([^()]*)\), 'iso_zoned_date_time', 'iso_offset_date_time'\)/g;

/** All nodes of a label are counted already. */
function countFromStore(lines: string[]): void {
  for (const [at, line] of lines.entries()) {
    if (/^\s*MATCH \(this:\w+\)$/.test(lines[at - 1] ?? '')) lines[at] = line.replace('count(DISTINCT this)', 'count(this)');
  }
}

/** A search finds nodes by their text. */
function searchForKeys(lines: string[]): void {
  for (const [at, line] of lines.entries()) {
    const [, index = '', node] = /queryNodes\('(\w+)', \$\w+\) YIELD node AS (this\d+),/.exec(line) ?? [];
    if (SEARCHED[index] && lines[at + 1]?.startsWith('WHERE ')) lines[at + 1] += ` AND ${isText(`${node}.${SEARCHED[index]}`)}`;
  }
}

/** Nodes that are shown have a key. */
function matchKeys(lines: string[]): void {
  const text = lines.join('\n');
  for (const [at, line] of lines.entries()) {
    const [, before, node, label = ''] = /^(\s*MATCH .*)\((this\d*):(Execution|Pattern|Plugin)\)$/.exec(line) ?? [];
    if (node === undefined || !new RegExp(`\\b${node} \\{|node: ${node}[,}]`).test(text)) continue;
    lines[at] = `${before}(${node}:${label} WHERE ${isText(`${node}.${KEYS[label]}`)})`;
  }
}

/** In two parts: an index knows what is there, and nothing of types. */
const isText = (property: string) => `${property} IS NOT NULL AND ${property} IS :: STRING`;

/**
 * `WITH this1 { … } AS this1 ORDER BY this1.startedAt` sorts by what was selected: by nothing, where it was not. The nodes are sorted
 * and cut to the page while they are nodes; their order is kept by the values it came from.
 */
function sortNodesWithin(lines: string[]): void {
  for (const [at, line] of lines.entries()) {
    const [, indent = '', node = '', shape] = /^(\s*)WITH (this\d+) (\{.*\}) AS \2$/.exec(line) ?? [];
    const first = lines.lastIndexOf(`${indent}WITH DISTINCT ${node}`, at);
    if (!shape || first === -1) continue;
    const clauses = clausesAfter(lines, at);
    const sorts = (clauses.get('ORDER BY')?.text ?? '').split(', ').filter(Boolean).map(sortOf(node));
    if (sorts.includes(undefined)) continue;
    const known = sorts.filter(sort => sort !== undefined);
    const page = ['SKIP', 'OFFSET', 'LIMIT'].flatMap(name => (clauses.has(name) ? `${indent}${name} ${clauses.get(name)?.text}` : []));
    for (const { line: spent } of clauses.values()) lines[spent] = '';
    const orderBy = (by: (sort: { property: string; direction: string }, index: number) => string) =>
      known.length === 0 ? [] : [`${indent}ORDER BY ${known.map(by).join(', ')}`];
    lines[first] = [lines[first], ...orderBy(({ property, direction }) => `${node}.${property} ${direction}`), ...page].join('\n');
    const kept = known.map(({ property }, index) => `, ${node}.${property} AS order${index}`).join('');
    lines[at] = [`${line}${kept}`, ...orderBy(({ direction }, index) => `order${index} ${direction}`)].join('\n');
  }
}

type Clause = Readonly<{ text: string; line: number }>;

/** The clauses that follow a WITH, up to the RETURN. */
function clausesAfter(lines: readonly string[], at: number): Map<string, Clause> {
  const clauses = new Map<string, Clause>();
  for (let line = at + 1; line < lines.length; line++) {
    const [, name, text = ''] = /^\s*(ORDER BY|SKIP|OFFSET|LIMIT) (.*)$/.exec(lines[line] ?? '') ?? [];
    if (name) clauses.set(name, { text, line });
    else if (lines[line]?.trim() !== '') break;
  }
  return clauses;
}

const sortOf = (node: string) => (text: string) => {
  const [, field, direction] = new RegExp(`^${node}\\.(\\w+) (ASC|DESC)$`).exec(text) ?? [];
  return field && direction ? { property: propertyOf(field), direction } : undefined;
};

const BY_START = 'ORDER BY this.started_at ';

/** An index gives the order of what it holds: the start has to be there, and where a status is asked for the two come from one index. */
function sortByIndex(lines: string[]): void {
  const match = lines.indexOf('MATCH (this:Execution)');
  const order = lines.findIndex(line => line.startsWith(BY_START) && !line.includes(','));
  if (match === -1 || lines.indexOf('WITH *', match) + 1 !== order) return;
  const where = lines.slice(match + 1, order - 1).join('\n');
  lines[match] =
    'MATCH (this:Execution WHERE this.started_at IS NOT NULL AND this.execution_id IS NOT NULL AND this.execution_id IS :: STRING)';
  const direction = lines[order]?.slice(BY_START.length);
  if (isOneStatus(where)) lines[order] = `ORDER BY this.status ${direction}, this.started_at ${direction}`;
}

/** Whether all that is found has one and the same status. */
function isOneStatus(where: string): boolean {
  return /(?:^WHERE |\(| AND )this\.status = \$\w+(?:$|\)| AND )/.test(where) && !/ OR | XOR |NOT|[{]/.test(where);
}
