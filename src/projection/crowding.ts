/** Whether recording and questions need what a projection would take of the machine. */
import { cpus } from 'node:os';

/**
 * From here on a thread or a machine is full, 0 to 1. Of looks 50 ms long 97 in a hundred found the thread less busy under a steady 1,000 executions
 * a second, and 21 in a hundred beside those who record as fast as it goes, one by one, who pause for up to half a second.
 */
const FULL = 0.92;
/** A full machine is not ours to spare where this thread, which records and answers, does less. */
const BUSY = 0.1;

/**
 * Tells, each time, of the time since it was asked last: whether this thread was full, or busy on a machine without a core to spare. Where
 * the projection's store is a process on the same machine, it is the cores that it takes from those who record.
 */
export function crowding(): () => boolean {
  let thread = performance.eventLoopUtilization();
  let cores = coreTimes();
  return () => {
    const [threadNow, coresNow] = [performance.eventLoopUtilization(), coreTimes()];
    const { utilization } = performance.eventLoopUtilization(threadNow, thread);
    const idle = (coresNow.idle - cores.idle) / Math.max(1, coresNow.all - cores.all);
    thread = threadNow;
    cores = coresNow;
    return utilization >= FULL || (utilization >= BUSY && 1 - idle >= FULL);
  };
}

/** Milliseconds of all cores since the machine started. */
function coreTimes(): { idle: number; all: number } {
  const times = cpus().map(({ times }) => times);
  const sum = (of: (time: (typeof times)[number]) => number) => times.reduce((total, time) => total + of(time), 0);
  return { idle: sum(({ idle }) => idle), all: sum(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq) };
}
