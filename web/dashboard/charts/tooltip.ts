/** The content of a tooltip as elements, never as HTML: names come from the logs, and a name may be anything. */
export function tooltip(title: string, lines: readonly (string | undefined)[]): HTMLElement {
  const box = document.createElement('div');
  const heading = document.createElement('strong');
  heading.textContent = title;
  box.append(heading);
  for (const line of lines) {
    if (line === undefined) continue;
    const row = document.createElement('div');
    row.textContent = line;
    box.append(row);
  }
  return box;
}
