import { describe, expect, it } from 'vitest';
import type { Machine } from '../../common/model/machine.ts';
import { disk, GiB, plan } from '../../test/helpers/layout-plan.ts';

describe('fresh UUIDs', () => {
  const fs = '11111111-2222-4333-8444-555555555555';
  const part = 'AAAAAAAA-2222-4333-8444-555555555555';
  const array = '00000000:11111111:22222222:33333333';
  const text = `[disk /dev/sda]
label: gpt
label-id: BBBBBBBB-2222-4333-8444-555555555555
1 : size=1MiB, type="BIOS boot"
2 : size=1GiB, type=raid, uuid=${part}
3 : size=1GiB
[raid /dev/md0]
level=1 devices=/dev/sda2 uuid=${array}
[filesystems]
/dev/md0 ext4 uuid=${fs}
/dev/sda3 xfs
[mounts]
UUID=${fs} / ext4
/dev/sda3 /srv xfs
`;
  const machine: Machine = { firmware: 'bios', disks: [disk('vda', 4 * GiB)] };
  it('keeps those of the script without being asked', () => {
    const { target } = plan(text, machine);
    expect(target.renewed).toEqual({});
    expect(target.mounts[0]?.spec).toBe(`UUID=${fs}`);
  });
  it('draws all anew, says which became which, and names them in the mounts', () => {
    const { target } = plan(text, machine, { freshUuids: true });
    const own = target.filesystems[0]?.uuid ?? '';
    expect(target.renewed).toEqual({
      'BBBBBBBB-2222-4333-8444-555555555555': target.disks['/dev/sda']?.labelId,
      [part.toLowerCase()]: target.parts['/dev/sda2']?.partuuid,
      [array]: target.volumes['/dev/md0']?.uuid,
      [fs]: own,
    });
    expect(new Set([...Object.keys(target.renewed), ...Object.values(target.renewed)]).size).toBe(8);
    expect(target.mounts.map((mount) => mount.spec)).toEqual([`UUID=${own}`, '/dev/sda3']);
  });
  it('names partitions of a dos table by the new identifier', () => {
    const dos =
      '[disk /dev/sda]\nlabel: dos\nlabel-id: 0x12345678\n1 : size=1GiB\n[filesystems]\n/dev/sda1 ext4\n[mounts]\nPARTUUID=12345678-01 / ext4\n';
    const { target } = plan(dos, machine, { freshUuids: true });
    const { labelId = '' } = target.disks['/dev/sda'] ?? {};
    expect(target.renewed).toEqual({ '0x12345678': labelId, '12345678-01': `${labelId.slice(2)}-01` });
    expect(target.mounts[0]?.spec).toBe(`PARTUUID=${labelId.slice(2)}-01`);
  });
});
