import { type Answer, type RecordedFile, recorderIo } from './recorder-io.ts';

/** A first sector with texts at their places, as the loaders' own programs have them. */
export function sector(...texts: [at: number, text: string | Buffer][]): Buffer {
  const bytes = Buffer.alloc(512);
  for (const [at, text] of texts) bytes.set(typeof text === 'string' ? Buffer.from(text, 'latin1') : text, at);
  bytes.writeUInt16BE(0x55aa, 510);
  return bytes;
}

const grubWords = 'GRUB \0Geom\0Hard Disk\0Read\0 Error';

/** First sectors, with marks where grub-install of GRUB 2.06 and 0.97, lilo 22 and later, SYSLINUX 6 and Windows put theirs. */
export const sectors = {
  grub: sector([0, Buffer.from('eb63', 'hex')], [0x180, grubWords]),
  'grub-legacy': sector([0, Buffer.from('eb48', 'hex')], [0x3e, Buffer.from('0302', 'hex')], [0x17f, grubWords]),
  lilo: sector([0, Buffer.from('fa', 'hex')], [6, 'LILO']),
  extlinux: sector([0, Buffer.from('eb5890', 'hex')], [3, 'SYSLINUX']),
  syslinuxMbr: sector([0, '3'], [0x174, 'Operating system load error.\r\n']),
  gptMbr: sector([0, '3'], [0x18b, 'Disk error\r\n']),
  windows: sector([0, '3'], [0x163, 'Invalid partition table\0Error loading operating system\0']),
  other: sector([0, 'some other program']),
  table: sector([0x1be, Buffer.from('80', 'hex')]),
};

/** What od(1) prints of a sector. */
const od = (bytes: Buffer) => bytes.toString('hex').replaceAll(/(..)/g, ' $1');

type Machine = {
  files?: Record<string, RecordedFile>;
  /** Lines of mountinfo besides / on /dev/sda1. */
  mounts?: string[];
  root?: string;
  /** First sectors by node. */
  code?: Record<string, Buffer>;
  efibootmgr?: string;
  answer?: (argv: readonly string[]) => Answer | undefined;
};

const below: Record<string, unknown> = {
  '/dev/sda1': {
    name: '/dev/sda1',
    type: 'part',
    fstype: 'ext4',
    uuid: '7c1d5f52-3f0a-4c0e-9d57-0c8a1f6d2b31',
    pttype: 'dos',
  },
  '/dev/sda2': { name: '/dev/sda2', type: 'part', fstype: 'vfat', uuid: '1234-ABCD', pttype: 'gpt' },
  '/dev/mapper/vg-root': {
    name: '/dev/mapper/vg-root',
    type: 'lvm',
    fstype: 'ext4',
    uuid: '7c1d5f52-3f0a-4c0e-9d57-0c8a1f6d2b31',
    pttype: null,
  },
};

/** A running machine with its root on /dev/sda1 (or `root`): a BIOS, or UEFI if `efibootmgr` prints something. */
export function runningMachine({
  files = {},
  mounts = [],
  root = '/dev/sda1',
  code = {},
  efibootmgr,
  answer,
}: Machine) {
  return recorderIo({
    files: {
      '/proc/self/mountinfo': [`1 0 8:1 / / rw,relatime - ext4 ${root} rw`, ...mounts, ''].join('\n'),
      '/proc/cmdline': 'root=/dev/sda1 ro console=tty0 console=ttyS1,57600\n',
      ...(efibootmgr === undefined
        ? {}
        : {
            '/sys/firmware/efi/efivars/BootCurrent-8be4df61-93ca-11d2-aa0d-00e098032b8c': 'x',
            '/sys/class/block/sda2/partition': '2\n',
          }),
      ...files,
    },
    answer({ argv }) {
      const own = answer?.(argv);
      if (own) return own;
      const node = argv.at(-1) ?? '';
      if (argv[0] === 'od') return code[node] ? { stdout: od(code[node]) } : { code: 1 };
      if (argv[0] === 'lsblk') {
        const one = below[node];
        const disk = { name: '/dev/sda', type: 'disk', fstype: null, uuid: null, pttype: 'dos' };
        return one === undefined
          ? { code: 32 }
          : { stdout: JSON.stringify({ blockdevices: [{ ...one, children: [disk] }] }) };
      }
      if (argv[0] === 'efibootmgr') return { stdout: efibootmgr ?? '', code: efibootmgr === undefined ? 2 : 0 };
      return {};
    },
  });
}

/** What efibootmgr(8) -v prints on Debian with shim. */
export const debianUefi = `BootCurrent: 0002
Timeout: 0 seconds
BootOrder: 0002,0001
Boot0001* UEFI PXEv4\tPciRoot(0x0)/Pci(0x3,0x0)/MAC(525400123456,1)/IPv4(0.0.0.0,0,DHCP)
Boot0002* debian\tHD(2,GPT,8e1f0b2c-0000-4000-8000-000000000001,0x800,0x80000)/File(\\EFI\\debian\\shimx64.efi)
`;
