import type { AbsPath } from '../system/place.ts';

/** What prepareclient leaves on a golden client and getimage reads from it; paths inside the tree. */
export const goldenFiles = {
  dir: '/etc/systemimager',
  schemes: '/etc/systemimager/partitionschemes',
  mounted: '/etc/systemimager/mounted_filesystems',
  storage: '/etc/systemimager/storage.json',
} as const satisfies Record<string, AbsPath>;

/** The name of a disk's file in partitionschemes: without /dev/, and `!` for a slash. */
export function schemeFileName(disk: string): string {
  return disk.replace(/^\/dev\//, '').replaceAll('/', '!');
}

/** The user name that prepareclient's daemon asks for, and its modules. */
export const goldenDaemon = { user: 'getimage', rootModule: 'root', doneModule: 'done', port: 873 } as const;
