import fs from 'node:fs/promises';
import { type Architecture, triplets } from '../common/boot/architectures.ts';
import type { Argv } from '../common/system/io.ts';
import { type AbsPath, under } from '../common/system/place.ts';
import { contentKey, once } from './cache.ts';
import { toolPrefix } from './host-packages.ts';
import type { Library } from './packages/library.ts';

/** Debian's packages of what C programs for BOEL are compiled with, besides gcc: musl, and the headers of the kernel. */
export const compilerPackages = ['musl-dev', 'linux-libc-dev'] as const;

/**
 * gcc for the machines' architecture, with musl in place of glibc, because small static programs are then small. The packages need
 * not be installed: gcc gets musl's own specs file, with folders of the opened packages in it.
 */
export async function muslCompiler(library: Library, cache: AbsPath): Promise<Argv> {
  const { architecture } = library;
  const [musl, headers] = await Promise.all(compilerPackages.map((name) => library.open(name)));
  if (!musl || !headers) throw new Error('no musl');
  const installed = await fs.readFile(under(musl.root, `/usr/lib/${muslTriplet(architecture)}/musl-gcc.specs`), 'utf8');
  const text = muslSpecs(installed, musl.root, headers.root, architecture);
  const specs = await once(under(cache, 'opened', `musl-${contentKey(text)}.specs`), (at) => fs.writeFile(at, text));
  return [`${toolPrefix(architecture)}gcc`, '-specs', specs];
}

const muslTriplet = (architecture: Architecture) => triplets[architecture].replace('gnu', 'musl');

/** musl's specs (gcc.gnu.org/onlinedocs/gcc/Spec-Files.html) for packages that are opened below other folders, and headers of the kernel. */
export function muslSpecs(installed: string, musl: AbsPath, headers: AbsPath, architecture: Architecture): string {
  const folders = [`${headers}/usr/include`, `${headers}/usr/include/${triplets[architecture]}`];
  return installed
    .replaceAll(/(?<=[ L])\/usr\//g, `${musl}/usr/`)
    .replaceAll('-isystem include%s', `${folders.map((one) => `-isystem ${one}`).join(' ')} -isystem include%s`);
}
