declare module 'fs-native-extensions' {
  /** An exclusive lock on the whole open file; false where another open file holds one. */
  export function tryLock(fd: number): boolean;
  /** Gives up the lock of the open file, also where a child process that is being spawned still holds the file. */
  export function unlock(fd: number): void;
}
