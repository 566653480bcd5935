import fs from 'node:fs/promises';
import { UserError } from '../common/system/errors.ts';

/** Programs of the build machine that a build starts, and the Debian package of each. */
export const hostPrograms: Record<string, string> = {
  'apt-get': 'apt',
  xz: 'xz-utils',
  zstd: 'zstd',
  strip: 'binutils',
  depmod: 'kmod',
  mksquashfs: 'squashfs-tools',
  'dpkg-source': 'dpkg-dev',
  patch: 'patch',
  make: 'make',
  gcc: 'gcc',
  bzip2: 'bzip2',
  'musl-gcc': 'musl-tools',
};

/** Packages without a program to look for: headers that busybox and its build programs are compiled with. */
const hostFiles: Record<string, string> = {
  '/usr/include/linux/version.h': 'linux-libc-dev',
  '/usr/include/stdio.h': 'libc6-dev',
};

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The packages that a build needs on Debian, for a set-up list. */
export const hostPackages = [...new Set([...Object.values(hostPrograms), ...Object.values(hostFiles)])].sort();

/** What opening packages and joining a program with Node takes; the rest is for the initrd. */
const forPrograms = ['apt-get', 'xz', 'zstd', 'strip'];

/** Stops before a build starts, with one sentence that names every package that is missing. */
export async function checkHost(what: 'boot' | 'client'): Promise<void> {
  const programs = Object.entries(hostPrograms)
    .filter(([program]) => what === 'boot' || forPrograms.includes(program))
    .map(([program, name]) => ({ name, places: folders.map((folder) => `${folder}/${program}`) }));
  const headers = Object.entries(hostFiles).map(([file, name]) => ({ name, places: [file] }));
  const missing: string[] = [];
  for (const { name, places } of what === 'boot' ? [...programs, ...headers] : programs)
    if (!(await anyExists(places))) missing.push(name);
  if (missing.length === 0) return;
  throw new UserError(
    `a build needs programs that this machine lacks, from ${missing.join(', ')}`,
    `Run: apt-get install --no-install-recommends ${missing.join(' ')}`,
  );
}

async function anyExists(files: readonly string[]): Promise<boolean> {
  const found = await Promise.all(
    files.map((file) =>
      fs.access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
