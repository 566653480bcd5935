import assert from 'node:assert/strict';
import type { SettingName } from '../../common/model/settings.ts';
import { emptyState, type State } from '../../common/model/state.ts';
import { type DiskName, labDisks, serialOf } from './disks.ts';
import { failed, type LabMachine } from './machine.ts';

/** What a test in the lab works with. */
export type Lab = {
  /** The node of a disk, as /dev/vda. */
  node(disk: DiskName): string;
  /** Runs a shell script (`set -e`) with the lab's tools, and gives what it printed; an exit code other than 0 is an error. */
  sh(script: string): Promise<string>;
  /** Calls boel, and gives what it said. */
  boel(argv: string[], stdin?: string): Promise<string>;
  /** layout, partition, mkfs, mount: the beginning of a script. */
  install(layout: string, options?: string[]): Promise<void>;
  /** `boel layout` has to refuse with all of these words, and no disk may be written. Gives the error. */
  refuses(layout: string, words: (string | RegExp)[], options?: string[]): Promise<string>;
  /** A call of boel that has to fail with all of these words, and no disk may be written. Gives the error. */
  fails(argv: string[], words: (string | RegExp)[], stdin?: string): Promise<string>;
  /** Changes what discovery would have found. */
  setting(name: SettingName, value: string): Promise<void>;
  /** /run/boel/state.json. */
  state(): Promise<State>;
};

/** The machine that a scene begins with. */
export type SceneMachine = {
  disks: DiskName[];
  /** What discovery would have found. */
  settings?: Partial<Record<SettingName, string>>;
  firmware?: 'bios' | 'uefi';
};

/** Makes the lab ready for a scene: nothing in use, its disks blank, the others read-only, no state but its settings. */
export async function prepare(
  machine: LabMachine,
  nodes: ReadonlyMap<DiskName, string>,
  scene: SceneMachine,
): Promise<Lab> {
  const lab = makeLab(machine, nodes);
  const settings = Object.fromEntries(
    Object.entries(scene.settings ?? {}).map(([name, value]) => [name, settingOf(value)]),
  );
  const state: State = { ...emptyState, settings, firmware: scene.firmware ?? 'bios' };
  const others = [...nodes].filter(([name]) => !scene.disks.includes(name)).map(([, node]) => node);
  await lab.sh(`${stopEverything}
${scene.disks.map((name) => blank(name, lab.node(name))).join('\n')}
set -e
for disk in ${others.join(' ')}; do blockdev --setro $disk; done
rm -rf /run/boel/* /tmp/lab/work && mkdir -p /tmp/lab/work`);
  await saveState(lab, state);
  return lab;
}

const settingOf = (value: string) => ({ value, from: 'boot prompt' as const, detail: '' });

const saveState = (lab: Lab, state: State) =>
  lab.sh(`cat >/run/boel/state.json <<'STATE'\n${JSON.stringify(state)}\nSTATE`);

/** The nodes of the lab's disks, by their serial numbers. */
export async function findDisks(machine: LabMachine): Promise<Map<DiskName, string>> {
  const disks = await machine.disks();
  const found = (Object.keys(labDisks) as DiskName[]).map((name) => {
    const disk = disks.find((one) => one.serial === serialOf(name));
    if (!disk) throw new Error(`no disk of the lab says that it is ${serialOf(name)}: ${JSON.stringify(disks)}`);
    return [name, disk.node] as const;
  });
  return new Map(found);
}

const stopEverything = `
set +e
cd /
awk 'NR > 1 { print $1 }' /proc/swaps | xargs -r -n 1 swapoff
awk '$2 ~ "^/(a|mnt|tmp/lab)" { print $2 }' /proc/mounts | sort -r | xargs -r -n 1 umount
[ -e /dev/mapper ] && dmsetup remove_all --force
for array in /sys/block/md*; do [ -e "$array" ] && mdadm --stop "/dev/$(basename "$array")" 2>/dev/null; done
rm -rf /dev/md /dev/vg*
`;

/** Discards what a disk holds, which makes the file behind it sparse again; USB disks cannot, and are small. */
function blank(name: DiskName, node: string): string {
  const wipe =
    labDisks[name].bus === 'usb' ? `dd if=/dev/zero of=${node} bs=1M conv=fsync 2>/dev/null` : `blkdiscard -f ${node}`;
  return `blockdev --setrw ${node} && ${wipe}; blockdev --rereadpt ${node}`;
}

/** Sectors written to each disk since the lab booted, discards too (Linux Documentation/block/stat.rst). */
const written = `awk '{ print FILENAME, $7, $14 }' $(ls /sys/block/*/stat | grep -v loop)`;

function makeLab(machine: LabMachine, nodes: ReadonlyMap<DiskName, string>): Lab {
  const lab: Lab = {
    node: (disk) => nodes.get(disk) ?? assert.fail(`the lab has no disk ${disk}`),
    sh: async (script) => (await machine.shell(script)).toString(),
    async boel(argv, stdin = '') {
      const result = await machine.boel(argv, stdin);
      if (result.code !== 0) throw failed(`boel ${argv.join(' ')}\n${stdin}`, result);
      return result.out.toString();
    },
    async install(layout, options = []) {
      await lab.boel(['layout', ...options], layout);
      for (const verb of ['partition', 'mkfs', 'mount']) await lab.boel([verb]);
    },
    refuses: (layout, words, options = []) => lab.fails(['layout', ...options], words, layout),
    async fails(argv, words, stdin = '') {
      const before = await lab.sh(written);
      const { code, err } = await machine.boel(argv, stdin);
      assert.notEqual(code, 0, `boel ${argv.join(' ')} should have failed`);
      for (const word of words) assert.match(err, typeof word === 'string' ? new RegExp(RegExp.escape(word)) : word);
      assert.equal(await lab.sh(written), before, 'a disk was written to');
      return err;
    },
    state: async () => JSON.parse(await lab.sh('cat /run/boel/state.json')) as State,
    async setting(name, value) {
      const state = await lab.state();
      await saveState(lab, { ...state, settings: { ...state.settings, [name]: settingOf(value) } });
    },
  };
  return lab;
}
