/** A field between quotes, RFC 4180. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** A field, in quotes only where RFC 4180 needs them. */
export function field(text: string): string {
  return /[",\r\n]/.test(text) ? quoted(text) : text;
}

/** The text of a field as it stands in a line. `replaceAll` of two characters takes twice the time, and the steps of a row are full of them. */
export function unquoted(raw: string): string {
  return raw.startsWith('"') ? raw.slice(1, -1).split('""').join('"') : raw;
}

/** The fields of one line, unquoted, or undefined where the quotes do not fit RFC 4180. */
export function splitLine(line: string): string[] | undefined {
  return rawFields(line)?.map(unquoted);
}

/**
 * The fields of one line as they stand in it, or undefined where the quotes do not fit RFC 4180. Written out since a line may be
 * megabytes long (a journal row of 5,000 steps) and a regular expression would backtrack through it.
 */
export function rawFields(line: string): string[] | undefined {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const end = line[at] === '"' ? endOfQuoted(line, at) : endOfPlain(line, at);
    if (end === undefined) return undefined;
    fields.push(line.slice(at, end));
    if (end === line.length) return fields;
    at = end + 1;
  }
}

function endOfPlain(line: string, start: number): number | undefined {
  const comma = line.indexOf(',', start);
  const end = comma === -1 ? line.length : comma;
  // Within the field only: a search to the end of a line of a million commas would take 9 s.
  return line.slice(start, end).includes('"') ? undefined : end;
}

function endOfQuoted(line: string, start: number): number | undefined {
  let quote = line.indexOf('"', start + 1);
  while (quote !== -1 && line[quote + 1] === '"') quote = line.indexOf('"', quote + 2);
  if (quote === -1) return undefined;
  const end = quote + 1;
  return end === line.length || line[end] === ',' ? end : undefined;
}
