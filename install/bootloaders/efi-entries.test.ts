import { describe, expect, it } from 'vitest';
import { type EfiLoader, parseEfiMenu, planEfiEntries } from './efi-entries.ts';

const [esp, mirror, gone, other] = ['1', '2', '8', '9'].map(
  (digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`,
);
const network = 'PciRoot(0x0)/Pci(0x3,0x0)/MAC(525400510002,1)/IPv4(0.0.0.00.0.0.0,0,0)';
const onPart = (guid = '', name = 'debian/grubx64.efi') =>
  `HD(2,GPT,${guid},0x1000,0x20000)/File(\\EFI\\${name.replace('/', '\\')})`;

/** As efibootmgr 17 and 18 print it; the latter adds lines of its own. */
const menu = (order: string, entries: Record<string, string>, current = '0001') =>
  parseEfiMenu(
    [
      `BootCurrent: ${current}`,
      'Timeout: 0 seconds',
      `BootOrder: ${order}`,
      ...Object.entries(entries).map(([head, path]) => `Boot${head}\t${path}`),
      '      dp: 01 04 / 02 1f',
    ].join('\n'),
  );

const loader = (...guids: (string | undefined)[]): EfiLoader => ({
  label: 'debian',
  file: 'EFI/debian/grubx64.efi',
  esps: guids.map((signature = '', at) => ({
    disk: `/dev/sd${'ab'[at]}` as const,
    number: 2,
    label: 'gpt',
    signature,
    startSector: 0x1000,
    sectors: 0x20000,
  })),
});

function commands(from: ReturnType<typeof menu>, wish = loader(esp)): string[] {
  return planEfiEntries({ menu: from, partuuids: [esp ?? '', other ?? ''] }, wish).map((step) =>
    step.kind === 'run' ? step.argv.slice(2).join(' ') : step.kind,
  );
}

const create = (number: string, disk = '/dev/sda') =>
  `--create-only -b ${number} --disk ${disk} --part 2 --label debian --loader \\EFI\\debian\\grubx64.efi`;

describe('the firmware’s menu', () => {
  it.each([
    [
      'behind the network entry that started the machine',
      menu('0000,0001,0002', { '0000* CD': 'x', '0001* UEFI PXEv4': network, '0002* Shell': 'x' }),
      [create('0003'), '-o 0000,0001,0003,0002'],
    ],
    [
      'first where a stick started it',
      menu('0001,0002', { '0001* USB': 'PciRoot(0x0)/USB(0x0,0x0)', '0002* Shell': 'x' }),
      [create('0000'), '-o 0000,0001,0002'],
    ],
    [
      'in the place of its predecessor on a partition that is no more',
      menu('0004,0001', { '0004* debian': onPart(gone), '0001* UEFI PXEv4': network }),
      ['--delete-bootnum -b 0004', create('0000'), '-o 0000,0001'],
    ],
    [
      'nothing where it is there already',
      menu('0001,0004', { '0004* debian': onPart(esp), '0001* UEFI PXEv4': network }),
      [],
    ],
    [
      'another installation of the same distribution stays',
      menu('0001,0004', { '0004* debian': onPart(other), '0001* UEFI PXEv4': network }),
      [create('0000'), '-o 0001,0000,0004'],
    ],
    [
      'an order that lacks it gets it back',
      menu('0001', { '0004* debian': onPart(esp), '0001* UEFI PXEv4': network }),
      ['-o 0001,0004'],
    ],
    ['a firmware without any entry', parseEfiMenu('BootCurrent: 0001\n'), [create('0000'), '-o 0000']],
  ])('%s', (_, from, expected) => {
    expect(commands(from)).toEqual(expected);
  });

  it('gives each half of a mirrored ESP its entry', () => {
    const from = menu('0001', { '0001* UEFI PXEv4': network });
    expect(commands(from, loader(esp, mirror))).toEqual([
      create('0000'),
      create('0002', '/dev/sdb'),
      '-o 0001,0000,0002',
    ]);
  });

  it('knows partitions of an MBR by the signature of the disk', () => {
    const from = menu('0004', {
      '0004* debian': 'HD(2,MBR,0xa1b2c3d4,0x1000,0x20000)/File(\\EFI\\debian\\grubx64.efi)',
    });
    const wish = loader(esp);
    const esps = wish.esps.map((one) => ({ ...one, label: 'dos' as const, signature: 'A1B2C3D4' }));
    expect(commands(from, { ...wish, esps })).toEqual([]);
  });
});
