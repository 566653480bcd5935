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

/** Stops before the build starts, with one sentence that names every package that is missing. */
export async function checkHost(): Promise<void> {
  const missing: string[] = [];
  for (const [program, name] of Object.entries(hostPrograms))
    if (!(await anyExists(folders.map((folder) => `${folder}/${program}`)))) missing.push(name);
  for (const [file, name] of Object.entries(hostFiles)) if (!(await anyExists([file]))) missing.push(name);
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
