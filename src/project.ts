/**
 * A file of the project beside its code, by its path from the project's folder; a folder ends with a slash. This module stands one
 * folder below it as source, and so do the files of `dist/` that it is bundled into.
 */
export function projectUrl(path: string): URL {
  return new URL(path, new URL('../', import.meta.url));
}
