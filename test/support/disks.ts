/**
 * Small disks of their own for tests: full ones, broken ones, and ones whose power fails. Only root can mount them. Whatever a
 * test leaves mounted is unmounted after it, also where it failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { eventually } from './program.ts';

/** The programs that disks are made with. */
export const DISK_TOOLS = ['mount', 'umount', 'findmnt', 'losetup', 'mkfs.ext4', 'perl'];

/** EXT4_IOC_SHUTDOWN with NOLOGFLUSH: the file system stops at once, and what is only in memory never reaches the device. */
const SHUT_DOWN = 'my $flags = pack("L", 2); open(my $folder, "<", $ARGV[0]) or die $!; ioctl($folder, 0x8004587d, $flags) or die $!;';

const disks = new Set<Disk>();

/** A file system of its own, mounted. */
export class Disk {
  /** Its root folder, as long as it is mounted. */
  readonly path: string;
  readonly #folder: string;
  readonly #image: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'disk');
    this.#image = join(folder, 'image');
    mkdirSync(this.path);
    disks.add(this);
  }

  static #create(): Disk {
    return new Disk(mkdtempSync(join(tmpdir(), 'disk-')));
  }

  /** In memory; writes beyond its size take what fits, then fail with ENOSPC. */
  static tmpfs(kilobytes: number): Disk {
    const disk = Disk.#create();
    run('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', disk.path]);
    return disk;
  }

  /** An ext4 on a block device, whose content is a file. */
  static ext4(megabytes: number): Disk {
    const disk = Disk.#create();
    writeFileSync(disk.#image, '');
    truncateSync(disk.#image, megabytes << 20);
    run('mkfs.ext4', ['-q', disk.#image]);
    disk.#mount();
    return disk;
  }

  #mount(): void {
    run('mount', ['-o', 'loop,errors=remount-ro', this.#image, this.path]);
  }

  /** Gives a disk in memory another size. */
  resize(kilobytes: number): void {
    run('mount', ['-o', `remount,size=${kilobytes}k`, this.path]);
  }

  /** Bytes that can still be written. */
  free(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }

  /** As the kernel does it where it meets an error on an ext4: from now on it can only be read, whatever files are open. */
  becomeReadOnly(): void {
    const device = /^\/dev\/(\w+)/.exec(run('findmnt', ['--noheadings', '--output', 'SOURCE', this.path]))?.[1] ?? '';
    writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, 'a test');
  }

  /**
   * The power fails, or the device is gone: at one moment, for all files, what has not reached the device never will. Every call
   * made on this mount from now on fails with EIO; a sync that is under way may say ok, though nothing was written. It is how
   * file systems themselves are tested (xfstests): a copy of the image made while it is written would hold parts of different
   * moments, which no disk does.
   */
  shutDown(): void {
    run('perl', ['-e', SHUT_DOWN, this.path]);
  }

  /** Mounted again after a shutdown, as when the machine comes back. Whoever held files of it must have been killed. */
  async comeBack(): Promise<void> {
    // What a killed shell had started holds its folder a moment longer.
    await eventually(
      async () => spawnSync('umount', [this.path]).status,
      status => status === 0,
      10_000,
    );
    this.#mount();
  }

  /** Unmounts it and forgets its content. */
  remove(): void {
    // Until nothing is mounted there: a test may have failed anywhere.
    while (spawnSync('umount', ['--lazy', this.path]).status === 0);
    rmSync(this.#folder, { recursive: true, force: true });
    disks.delete(this);
  }
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
}

afterEach(() => {
  for (const disk of disks) disk.remove();
});
