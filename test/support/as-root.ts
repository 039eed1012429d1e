import { readFileSync } from 'node:fs';
import { describe } from 'vitest';
import { isOnPath } from '../../scripts/test-tools.ts';

/**
 * `describe` for tests that need root (of the machine: that of a container may not mount) and programs beside Node. Where one is missing they are skipped, by a name that says why;
 * under CI=true, which runs as root, they run and fail.
 */
export function describeAsRoot(name: string, commands: readonly string[], tests: () => void): void {
  const missing = commands.filter(command => !isOnPath(command));
  if (!isAllPowerful()) missing.push('root');
  const skipped = missing.length > 0 && process.env['CI'] !== 'true';
  describe.skipIf(skipped)(skipped ? `${name} (SKIPPED: this machine has no ${missing.join(', ')})` : name, tests);
}

const CAP_SYS_ADMIN = 1n << 21n;

function isAllPowerful(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const effective = /^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${effective}`) & CAP_SYS_ADMIN) !== 0n;
}
