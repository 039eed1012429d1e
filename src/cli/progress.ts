import { SingleBar } from 'cli-progress';

/** A bar on standard error where that is a terminal; nothing elsewhere. */
export type Progress = Readonly<{ update(done: number, total: number): void; stop(): void }>;

export function progressBar(title: string, unit: string): Progress {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    format: `${title} {bar} {percentage} % | {value}/{total} ${unit} | {eta_formatted}`,
    hideCursor: true,
    stream: process.stderr,
  });
  let begun = false;
  return {
    update: (done, total) => {
      if (!begun) bar.start(total, done);
      begun = true;
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
}
