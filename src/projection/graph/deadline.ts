/** Rejects with `onTimeout()` when `work` has not settled after `limitMs`. The work itself goes on; its late failure is nobody's. */
export function withDeadline<T>(work: Promise<T>, limitMs: number, onTimeout: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(onTimeout()), limitMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Settles as `work` does, for as long as `ping` succeeds; rejects with the ping's error once it fails. A frozen server keeps a
 * connection open and says nothing: only a second question tells it from one that works hard. The first ping goes after `everyMs`.
 */
export function whileAnswering<T>(work: Promise<T>, ping: () => Promise<void>, everyMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let settled = false;
    const settle = () => {
      settled = true;
      clearTimeout(timer);
    };
    const wait = () => {
      timer = setTimeout(() => ping().then(() => settled || wait(), reject), everyMs);
    };
    work.then(resolve, reject).finally(settle);
    wait();
  });
}
