import { describe, expect, it } from 'vitest';
import { parseMountinfo } from '../../common/system/mountinfo.ts';
import { mountRules, mountsBelow } from './filesystems.ts';

const mounts = parseMountinfo(`22 1 254:1 / / rw - ext4 /dev/vda1 rw
23 22 0:5 / /proc rw - proc proc rw
24 22 254:2 / /var rw - xfs /dev/vda2 rw
25 22 254:3 / /boot/efi rw - vfat /dev/vda3 rw
26 22 0:40 / /srv/nfs rw - nfs4 filer:/export rw
27 22 254:16 / /data rw - xfs /dev/vdb rw
28 22 254:1 /srv/www /var/www rw - ext4 /dev/vda1 rw
29 22 0:41 /@home /home rw - btrfs /dev/vdc rw
30 22 254:9 / /mnt/gold\\040en rw - ext4 /dev/vdd rw
31 30 0:5 / /mnt/gold\\040en/proc rw - proc proc rw
`);

describe('other filesystems', () => {
  it('are left alone, unless they are disks at places where the image has files', () => {
    const rules = mountRules(mountsBelow(mounts, '/'), new Set(['/var', '/home']));
    expect(rules.map(({ pattern, from }) => `${pattern} ${from}`)).toEqual([
      '/proc/ another filesystem: proc (proc)',
      '/boot/efi/ another filesystem: vfat (/dev/vda3)',
      '/srv/nfs/ another filesystem: nfs4 (filer:/export)',
      '/data/ another filesystem: the image has no files at /data',
      '/var/www/ another filesystem: ext4 (/dev/vda1)',
      '/mnt/gold en/ another filesystem: the image has no files at /mnt/gold en',
      '/mnt/gold en/proc/ another filesystem: proc (proc)',
    ]);
  });

  it('below another directory are named from there', () => {
    expect(mountsBelow(mounts, '/mnt/gold en').map(({ dir, type }) => `${dir} ${type}`)).toEqual([
      '/ ext4',
      '/proc proc',
    ]);
    expect(mountsBelow(mounts, '/opt/tree').map(({ dir, source }) => `${dir} ${source}`)).toEqual(['/ /dev/vda1']);
  });
});
