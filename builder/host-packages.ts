import fs from 'node:fs/promises';
import { UserError } from '../common/system/errors.ts';
import type { Architecture } from '../common/boot/architectures.ts';

/** The programs that open packages, which each build needs. */
export const packagePrograms = { 'apt-get': 'apt', xz: 'xz-utils', zstd: 'zstd' };

/** Programs of the build machine that a build starts, and the Debian package of each. */
export const hostPrograms: Record<string, string> = {
  ...packagePrograms,
  depmod: 'kmod',
  mksquashfs: 'squashfs-tools',
  'dpkg-source': 'dpkg-dev',
  patch: 'patch',
  make: 'make',
  gcc: 'gcc',
  bzip2: 'bzip2',
  'musl-gcc': 'musl-tools',
};

/** The program that strips symbols from Node for each architecture, and its package. */
export const stripPrograms: Record<Architecture, { program: string; packageName: string }> = {
  amd64: { program: 'x86_64-linux-gnu-strip', packageName: 'binutils' },
  arm64: { program: 'aarch64-linux-gnu-strip', packageName: 'binutils-aarch64-linux-gnu' },
};

/** Packages without a program to look for: headers that busybox and its build programs are compiled with. */
const hostFiles: Record<string, string> = {
  '/usr/include/linux/version.h': 'linux-libc-dev',
  '/usr/include/stdio.h': 'libc6-dev',
};

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The packages that a build needs on Debian, for a set-up list. */
export const hostPackages = [
  ...new Set([...Object.values(hostPrograms), stripPrograms.amd64.packageName, ...Object.values(hostFiles)]),
].sort();

/** Stops before a build starts, with one sentence that names every package that is missing. */
export async function checkHost(what: 'boot' | 'client', architecture: Architecture): Promise<void> {
  const strip = stripPrograms[architecture];
  const programs = [...Object.entries(hostPrograms), [strip.program, strip.packageName] as const]
    .filter(([program]) => what === 'boot' || program in packagePrograms || program === strip.program)
    .map(([program, name]) => ({ name, places: placesOf(program) }));
  const headers = Object.entries(hostFiles).map(([file, name]) => ({ name, places: [file] }));
  await refuseMissing(what === 'boot' ? [...programs, ...headers] : programs);
}

/** Stops with one sentence if this machine lacks one of these programs; the values are their packages. */
export async function checkPrograms(programs: Record<string, string>): Promise<void> {
  await refuseMissing(Object.entries(programs).map(([program, name]) => ({ name, places: placesOf(program) })));
}

const placesOf = (program: string) => folders.map((folder) => `${folder}/${program}`);

async function refuseMissing(all: readonly { name: string; places: string[] }[]): Promise<void> {
  const missing: string[] = [];
  for (const { name, places } of all) if (!(await anyExists(places))) missing.push(name);
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
