import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether the process runs. One that has ended and whose parent has not noticed yet (a zombie) does not. */
export function isRunning(pid: number): boolean {
  return /^[^Z\s]/.test(process.platform === 'linux' ? stateByProc(pid) : stateByPs(pid));
}

/** Small Linux systems have no `ps`. */
function stateByProc(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2);
  } catch {
    return '';
  }
}

function stateByPs(pid: number): string {
  return spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
}

/** Whether the process ends within that time. */
export async function endsWithin(pid: number, milliseconds: number): Promise<boolean> {
  for (const deadline = Date.now() + milliseconds; Date.now() < deadline; await sleep(50)) if (!isRunning(pid)) return true;
  return false;
}
