/** Filesystem types for mount(8) that keep no owners, modes and links. */
const plain = new Set(['vfat', 'msdos', 'fat', 'exfat', 'ntfs', 'ntfs3']);

/** True where a filesystem type keeps owners, modes and links. */
export function keepsOwners(type: string): boolean {
  return !plain.has(type);
}
