declare module 'fs-native-extensions' {
  /** An exclusive lock on the whole open file; false where another open file holds one. */
  export function tryLock(fd: number): boolean;
}
