import fs from 'node:fs/promises';
import path from 'node:path';
import { type AbsPath, under } from '../common/system/place.ts';
import type { Architecture } from '../common/boot/architectures.ts';
import type { Library } from './packages/library.ts';

/** The content of grub/: folder in grub/ → package, and the folder in that package. */
const parts: Record<Architecture, Record<string, [name: string, folder: AbsPath]>> = {
  amd64: {
    'i386-pc': ['grub-pc-bin', '/usr/lib/grub/i386-pc'],
    'x86_64-efi': ['grub-efi-amd64-bin', '/usr/lib/grub/x86_64-efi'],
    'x86_64-efi-signed': ['grub-efi-amd64-signed', '/usr/lib/grub/x86_64-efi-signed'],
    shim: ['shim-signed', '/usr/lib/shim'],
    'shim-helpers': ['shim-helpers-amd64-signed', '/usr/lib/shim'],
  },
  arm64: {
    'arm64-efi': ['grub-efi-arm64-bin', '/usr/lib/grub/arm64-efi'],
    'arm64-efi-signed': ['grub-efi-arm64-signed', '/usr/lib/grub/arm64-efi-signed'],
    shim: ['shim-signed', '/usr/lib/shim'],
    'shim-helpers': ['shim-helpers-arm64-signed', '/usr/lib/shim'],
  },
};

/** The packages that hold grub and the signed shim. */
export const grubPackages = (architecture: Architecture) => Object.values(parts[architecture]).map(([name]) => name);

/** Writes grub's platforms and the signed boot programs below `into`, for machines whose image has none. */
export async function writeGrub(library: Library, into: AbsPath): Promise<void> {
  for (const [name, [packageName, folder]] of Object.entries(parts[library.architecture])) {
    const tree = await library.open(packageName);
    // The helpers of the shim lie beside it.
    const home = under(into, name === 'shim-helpers' ? 'shim' : name);
    for (const [at, file] of tree.files) {
      if (!at.startsWith(`${folder}/`) || file.kind !== 'file' || at.endsWith('.CSV')) continue;
      const to = under(home, path.posix.relative(folder, at));
      await fs.mkdir(path.dirname(to), { recursive: true });
      await fs.copyFile(under(tree.root, at), to);
      await fs.chmod(to, 0o644);
    }
  }
}
