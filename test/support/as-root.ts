import { describe } from 'vitest';
import { isOnPath } from '../../scripts/test-tools.ts';

/**
 * `describe` for tests that need root and programs beside Node. Where one is missing they are skipped, by a name that says why;
 * under CI=true, which runs as root, they run and fail.
 */
export function describeAsRoot(name: string, commands: readonly string[], tests: () => void): void {
  const missing = commands.filter(command => !isOnPath(command));
  if (process.getuid?.() !== 0) missing.push('root');
  const skipped = missing.length > 0 && process.env['CI'] !== 'true';
  describe.skipIf(skipped)(skipped ? `${name} (SKIPPED: this machine has no ${missing.join(', ')})` : name, tests);
}
