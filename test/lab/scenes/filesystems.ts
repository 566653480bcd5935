import assert from 'node:assert/strict';
import { filesystems as registered } from '../../../install/filesystems/index.ts';
import type { Lab } from '../lab.ts';
import { type Scene, scene } from '../scene.ts';
import { numbersOf, tableOf } from './tables.ts';

/** What a test wants of one type: label, UUID and features in the layout, and the field's tools for looking at them. */
type Look = {
  keys: string;
  /** What blkid(8) shows: TYPE is the name of the type. */
  label: string;
  uuid: string;
  /** Checks an unmounted filesystem, changes nothing; exit 0 when it is fine. */
  fsck: (node: string) => string;
  /** Prints text that matches `features`. */
  show?: (node: string) => string;
  features?: RegExp[];
};

const uuid = (digit: number) => `${String(digit).repeat(8)}-1111-4222-8333-444455556666`;
const ext = (digit: number, keys: string, features: RegExp[]): Look => ({
  keys,
  label: `ext ${digit}`,
  uuid: uuid(digit),
  fsck: (node) => `e2fsck -f -n ${node}`,
  show: (node) => `dumpe2fs -h ${node} 2>/dev/null`,
  features,
});

const looks: Record<string, Look> = {
  ext2: ext(2, 'block-size=1024 inode-size=128', [/Block size:\s+1024/, /Inode size:\s+128/]),
  ext3: ext(3, 'inode-ratio=65536', [/has_journal/, /Inode count: +2048\n/]),
  ext4: ext(4, 'features=^metadata_csum,^64bit,^orphan_file reserved=1', [
    /^(?![\s\S]*(metadata_csum|64bit))[\s\S]*extent/,
    /Reserved block count: +1310\n/,
  ]),
  reiserfs: { keys: '', label: 'reiser', uuid: uuid(5), fsck: (node) => `reiserfsck --check --yes ${node}` },
  xfs: {
    keys: 'features=bigtime=0,reflink=0,sparse=1',
    label: 'xfs-label',
    uuid: uuid(6),
    fsck: (node) => `xfs_repair -n ${node}`,
    show: (node) => `xfs_db -r -c version ${node}`,
    features: [/^(?!.*(REFLINK|BIGTIME)).*SPARSE_INODES/s],
  },
  btrfs: {
    keys: 'features=^no-holes node-size=32k',
    label: 'btrfs',
    uuid: uuid(7),
    fsck: (node) => `btrfs check --readonly ${node}`,
    show: (node) => `btrfs inspect-internal dump-super -f ${node}`,
    features: [/nodesize\s+32768/, /^(?![\s\S]*NO_HOLES)/],
  },
  f2fs: {
    keys: 'features=extra_attr,inode_checksum',
    label: 'flash',
    uuid: uuid(8),
    fsck: (node) => `fsck.f2fs --dry-run ${node}`,
    show: (node) => `fsck.f2fs --dry-run ${node}`,
    features: [/extra_attr|inode_checksum|FSCK/],
  },
  jfs: { keys: '', label: 'journaled', uuid: uuid(9), fsck: (node) => `jfs_fsck -n ${node}` },
  vfat: { keys: 'fat=32', label: 'EFI', uuid: 'ABCD-1234', fsck: (node) => `fsck.fat -n ${node}` },
  swap: { keys: '', label: 'swap', uuid: uuid(1), fsck: (node) => `swaplabel ${node}` },
};

const types = registered.map((one) => one.name);
/** Partition 1 holds /, which the verbs want. */
const numberOf = (type: string) => types.indexOf(type) + 2;
const sizeOf = (type: string) => (type === 'xfs' ? '320MiB' : '128MiB');
const nameOf = (type: string) => `/dev/sda${numberOf(type)}`;

const layout = `
[disk /dev/sda]
label: gpt
1 : size=64MiB, type=linux
${types.map((type) => `${numberOf(type)} : size=${sizeOf(type)}, type=${type === 'swap' ? 'swap' : 'linux'}`).join('\n')}
[filesystems]
/dev/sda1 ext4 label=root
${types.map((type) => `${nameOf(type)} ${type} label="${looks[type]?.label}" uuid=${looks[type]?.uuid} ${looks[type]?.keys}`).join('\n')}
[mounts]
LABEL=root / ext4 defaults 0 1
${types
  .filter((type) => type !== 'swap')
  .map((type) => `${nameOf(type)} /${type} ${type} defaults 0 2`)
  .join('\n')}
UUID=${looks.swap?.uuid} none swap sw 0 0
`;

/** Files of each kind that the type can hold, and a sum over what they hold. */
const write = (
  dir: string,
) => `cd ${dir} && mkdir -p a/b && head -c 3000000 /dev/urandom >a/b/random && echo text >'a/a name'
sync && cat a/b/random 'a/a name' | sha256sum >/tmp/lab/work/sum`;

async function checkType(lab: Lab, type: string): Promise<void> {
  const look = looks[type] ?? assert.fail(`the lab has no look at ${type}: add it to looks`);
  const node = (await lab.boel(['dev', nameOf(type)])).trim();
  const probed = await lab.sh(`blkid -p -o export ${node}`);
  assert.match(probed, new RegExp(`^TYPE=${type}$`, 'm'));
  assert.match(probed.replaceAll('\\', ''), new RegExp(`^LABEL=${look.label}$`, 'm'));
  assert.match(probed, new RegExp(`^UUID=${look.uuid}$`, 'm'));
  if (type === 'swap') {
    assert.match(await lab.sh('cat /proc/swaps'), new RegExp(`^${node} `, 'm'));
    await lab.sh(`swapoff ${node}`);
  } else {
    const dir = `/a/${type}`;
    assert.match(await lab.sh('cat /proc/mounts'), new RegExp(`^${node} ${dir} ${type} `, 'm'));
    await lab.sh(write(dir));
    await lab.sh(`cd / && umount ${dir} && ${look.fsck(node)}`);
    await lab.sh(`mount -t ${type} -o ro ${node} ${dir} && cd ${dir} && cat a/b/random 'a/a name' | sha256sum | cmp - /tmp/lab/work/sum
cd / && umount ${dir}`);
  }
  await lab.sh(look.fsck(node));
  if (!look.show) return;
  const shown = await lab.sh(look.show(node));
  for (const feature of look.features ?? []) assert.match(shown, feature);
}

/** As SUSE lays it out: the root is in a subvolume that no line names. The number of its partition needs a longer table. */
const defaultSubvolume = `
[disk /dev/sda]
label: gpt
200 : size=300MiB, type=linux
[filesystems]
/dev/sda200 btrfs label=root default-subvolume=@/.snapshots/1/snapshot
[mounts]
LABEL=root / btrfs defaults 0 0
LABEL=root /.snapshots btrfs subvol=/@/.snapshots 0 0
LABEL=root /var btrfs subvol=@/var 0 0
LABEL=root /top btrfs subvol=/ 0 0
`;

export const filesystems: Scene[] = [
  scene({
    name: 'btrfs with a default subvolume',
    disks: ['virtio1'],
    begin: (lab) => lab.install(defaultSubvolume),
    tests: {
      async 'is mounted where no subvolume is named, others and the top where they are'(lab) {
        const roots = await lab.sh(`awk '$5 ~ "^/a" { print $5, $4 }' /proc/self/mountinfo`);
        const expected = ['/a /@/.snapshots/1/snapshot', '/a/.snapshots /@/.snapshots', '/a/top /', '/a/var /@/var'];
        assert.deepEqual(roots.trim().split('\n').toSorted(), expected);
      },
      async 'stays so'(lab) {
        await lab.sh('echo content >/a/file && umount /a/top /a/var /a/.snapshots /a');
        const node = (await lab.boel(['dev', '/dev/sda200'])).trim();
        assert.match(node, /200$/);
        assert.equal(await lab.sh(`mount ${node} /mnt && cat /mnt/file && umount /mnt`), 'content\n');
        const table = await tableOf(lab, 'virtio1');
        assert.ok(numbersOf(lab, 'virtio1', table).includes(200));
      },
    },
  }),
  scene({
    name: 'filesystems',
    disks: ['virtio1'],
    begin: (lab) => lab.install(layout),
    tests: Object.fromEntries(
      types.map((type) => [
        `${type} is made as the layout says, holds files, and its fsck is content`,
        (lab: Lab) => checkType(lab, type),
      ]),
    ),
  }),
];
