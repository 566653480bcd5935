import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemimager } from '../assets/boel.ts';
import { type VolumesKind, volumesOptions, volumesTree } from '../assets/golden-volumes.ts';
import { layouts, tellingWrites } from '../assets/scripts.ts';
import { listInLab } from '../lab/list-in-lab.ts';
import { pvDataOffset, raidDataOffset } from '../../install/layout/volumes.ts';
import { run } from './harness/processes.ts';
import { type Row, type RowContext, row } from './harness/row.ts';
import type { Vm } from './harness/vm.ts';
import { expectInstalled } from './parts/expect-installed.ts';
import { logIn, typeCommand } from './parts/log-in.ts';
import { blank, image, makeSite, type Site, typed, web1 } from './parts/site.ts';

type Firmware = 'bios' | 'uefi';

const volumes = (name: string, steps: Row['run']): Row =>
  row({
    name: `volumes: ${name}`,
    covers: [
      'install/layout/',
      'install/boot/',
      'install/boot-files/',
      'install/bootloaders/',
      'install/initramfs/',
      'server/scripts/',
    ],
    seconds: 300,
    run: steps,
  });

/** A server with the image of such a golden client, and the script that mkautoinstallscript makes of it; `flags` are for `boel layout`. */
async function goldenSite(test: RowContext, kind: VolumesKind, flags = ''): Promise<Site> {
  const tree = await volumesTree(kind);
  const server = { images: { [image]: tree } };
  const site = await makeSite(test, { layout: layouts.oneExt4, golden: volumesOptions, server });
  const words = ['--image', image, '--force', '--ip-assignment', 'static', '--post-install', 'poweroff'];
  await run(systemimager('--root', site.root, 'mkautoinstallscript', ...words));
  const script = path.join(site.root, 'var/lib/systemimager/scripts', `${image}.master`);
  const text = tellingWrites(await readFile(script, 'utf8'));
  await writeFile(script, text.replace('boel layout', `boel layout ${flags}`));
  return { ...site, tree };
}

async function install(test: RowContext, site: Site, disks: string[], firmware: Firmware = 'bios'): Promise<Vm> {
  const nics = [{ wire: site.wire }];
  const vm = await test.boot({ direct: await site.direct(typed), firmware, disks, nics, noReboot: true });
  await vm.console('The machine switches itself off.', { withinS: 500 });
  await vm.off();
  return vm;
}

/** Boots the disks, logs in, and has this command succeed there. */
async function start(
  test: RowContext,
  site: Site,
  name: string,
  disks: string[],
  command: string,
  firmware: Firmware = 'bios',
): Promise<void> {
  const vm = await test.boot({ name, firmware, disks, nics: [{ wire: site.wire }] });
  await logIn(vm, web1.host);
  await typeCommand(vm, command);
  await vm.kill();
}

/** No array is being rebuilt, and none lacks a member. */
const mirrored =
  'while grep -E "resync|recovery" /proc/mdstat; do sleep 2; done; [ "$(grep -c "\\[UU\\]" /proc/mdstat)" = 2 ]';

export default [
  volumes('LVM as on its golden client, on a larger disk', async (test) => {
    const site = await goldenSite(test, 'lvm');
    const disk = await blank(test, '10G');
    const vm = await install(test, site, [disk]);
    const found = await listInLab(
      test,
      [disk],
      [
        { device: '/dev/mapper/vg0-root', type: 'ext4', dir: '' },
        { device: '/dev/vda2', type: 'ext4', dir: 'boot' },
        { device: '/dev/mapper/vg0-srv--data', type: 'ext4', dir: 'srv' },
      ],
    );
    await expectInstalled(vm, site.tree, found);
    await start(
      test,
      site,
      'installed',
      [disk],
      'findmnt -n -o SOURCE /srv | grep vg0-srv--data && swapon | grep dm-1',
    );
  }),

  volumes('mirrors and LVM as on their golden client, on smaller disks, either of which starts alone', async (test) => {
    const site = await goldenSite(test, 'mirror');
    const disks = [await blank(test, '2G', 'first'), await blank(test, '2G', 'second')];
    const vm = await install(test, site, disks);
    for (const disk of disks)
      await expectInstalled(vm, site.tree, [
        { disk, number: 3, type: 'ext4', dir: '', skipBytes: raidDataOffset + pvDataOffset },
        { disk, number: 2, type: 'ext4', dir: 'boot' },
      ]);
    await start(test, site, 'both', disks, mirrored);
    await start(test, site, 'second', disks.slice(1), 'findmnt -n -o SOURCE / | grep vg0-root');
  }),

  volumes(
    'a mirrored EFI system partition beside LVM that holds /boot, with fresh UUIDs, either disk of which starts alone',
    async (test) => {
      const site = await goldenSite(test, 'efi', '--fresh-uuids');
      const disks = [await blank(test, '2G', 'first'), await blank(test, '2G', 'second')];
      await install(test, site, disks, 'uefi');
      // UUIDs of the golden client: its root, its EFI system partition, its arrays, its disks.
      const old = '9e1f7a60|6b1c-d2e3|3f0c9b1a|81726354|c5d6e7f8';
      await start(test, site, 'both', disks, `${mirrored} && ! blkid | grep -iE '${old}'`, 'uefi');
      await start(test, site, 'second', disks.slice(1), 'findmnt -n -o SOURCE / | grep vg0-root', 'uefi');
    },
  ),
];
