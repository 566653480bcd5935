import type { Filesystem } from './filesystem.ts';
import { flag, makeStep } from './shared/make.ts';

const KiB = 1024;

/** FAT, for EFI system partitions. `fat=` is 12, 16 or 32; by default mkfs.fat(8) decides by the size. */
export const vfat = {
  name: 'vfat',
  aliases: ['fat', 'msdos'],
  needs: {
    programs: { '/sbin/mkfs.vfat': 'dosfstools' },
    // By default Debian's kernel reads names in codepage 437 and ascii.
    modules: ['vfat', 'nls_cp437', 'nls_ascii', 'nls_iso8859-1', 'nls_utf8'],
    kernel: ['VFAT_FS', 'NLS_CODEPAGE_437', 'NLS_ASCII', 'NLS_ISO8859_1', 'NLS_UTF8'],
  },
  optionNames: ['fat'],
  labelBytes: 11,
  minBytes: 512 * KiB,
  posix: false,
  formatUuid(random) {
    const hex = Buffer.from(random.subarray(0, 4)).toString('hex').toUpperCase();
    return `${hex.slice(0, 4)}-${hex.slice(4)}`;
  },
  isUuid: (text) => /^[0-9a-f]{4}-[0-9a-f]{4}$/i.test(text),
  make: (wish) => [
    makeStep(wish, [
      'mkfs.vfat',
      ...flag('-F', wish.options.fat),
      ...flag('-n', wish.label),
      ...flag('-i', wish.uuid.replace('-', '')),
      wish.node,
    ]),
  ],
  optionsLike({ version }): Record<string, string> {
    const [, fat] = /^FAT(12|16|32)$/.exec(version) ?? [];
    return fat ? { fat } : {};
  },
  checkOptions: ({ fat }) =>
    fat === undefined || ['12', '16', '32'].includes(fat) ? undefined : 'fat= is 12, 16 or 32',
  installMountOptions: ['umask=0077'],
  // Clusters are 4 KiB up to 8 GiB (mkfs.fat(8)); half of one is lost for each file, and the two tables take 1/500.
  bytesFor: ({ bytes, inodes }) => Math.ceil((bytes + inodes * 2 * KiB) * 1.002),
} satisfies Filesystem;
