/** The programs beside Node that tests use, and how they get onto the machine. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A program, the Debian package that has it, and what is not tested without it. */
export type Tool = Readonly<{ command: string; debianPackage: string; without: string }>;

const TOOLS: readonly Tool[] = [
  { command: 'chromium', debianPackage: 'chromium', without: 'pages in a real browser' },
  { command: 'java', debianPackage: 'default-jre-headless', without: 'the graph in a real Neo4j' },
  { command: 'mvn', debianPackage: 'maven', without: 'the graph in a real Neo4j (Maven fetches it)' },
  { command: 'strace', debianPackage: 'strace', without: 'disks that fail and processes that die between two calls' },
  { command: 'setpriv', debianPackage: 'util-linux', without: 'a Neo4j that ends with its parent' },
  { command: 'python3', debianPackage: 'python3', without: "the logs as Python's csv reads them" },
  { command: 'mount', debianPackage: 'mount', without: 'disks that are full, that break, and whose power fails' },
  { command: 'losetup', debianPackage: 'mount', without: 'disks that break, and whose power fails' },
  { command: 'mkfs.ext4', debianPackage: 'e2fsprogs', without: 'disks that break, and whose power fails' },
  { command: 'perl', debianPackage: 'perl-base', without: 'disks that break, and whose power fails' },
  { command: 'prlimit', debianPackage: 'util-linux', without: 'processes that run out of files' },
  { command: 'script', debianPackage: 'bsdutils', without: 'tables on a terminal' },
  { command: 'chattr', debianPackage: 'e2fsprogs', without: 'logs that can only be appended to' },
];

export function isOnPath(command: string): boolean {
  // Debian keeps some of these where only root looks.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some(folder => isExecutable(join(folder, command)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function missing(): readonly Tool[] {
  return TOOLS.filter(({ command }) => !(command === 'chromium' && process.env['CHROMIUM_PATH']) && !isOnPath(command));
}

function install(packages: readonly string[]): void {
  const run = (...args: string[]) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: 600_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  run('update', '-qq');
  run('install', '-y', '-qq', '--no-install-recommends', ...packages);
}

/** Where pandas goes on a machine that has none: a folder of our own, so that the machine's Python stays as it is. */
export const PYTHON_FOLDER = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'orchestrator-metrics', 'python');

/** Whether Python finds pandas, its own or that of the folder. */
export function hasPandas(): boolean {
  return spawnSync('python3', ['-c', 'import pandas'], { env: { ...process.env, PYTHONPATH: PYTHON_FOLDER } }).status === 0;
}

function installPandas(say: (line: string) => void): void {
  if (hasPandas()) return;
  say(`fetching pandas into ${PYTHON_FOLDER}`);
  spawnSync('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', PYTHON_FOLDER, 'pandas'], {
    stdio: 'ignore',
    timeout: 300_000,
  });
  if (!hasPandas()) say('MISSING: pandas (python3 -m pip install pandas); not tested without it: the logs as pandas reads them');
}

/** Installs what is missing where it can (as root on Debian), and answers what is missing still. It never fails. */
export function setUpTools(say: (line: string) => void): readonly Tool[] {
  const before = missing();
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (before.length > 0 && canInstall) {
    const packages = [...new Set(before.map(({ debianPackage }) => debianPackage))];
    say(`installing ${packages.join(', ')}`);
    install(packages);
  }
  installPandas(say);
  const after = missing();
  for (const { command, debianPackage, without } of after) {
    say(`MISSING: ${command} (Debian: apt-get install ${debianPackage}); not tested without it: ${without}`);
  }
  return after;
}
