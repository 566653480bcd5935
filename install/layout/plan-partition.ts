import { blockName, mapperName } from '../../common/model/device-names.ts';
import { counted } from '../../common/counted.ts';
import { isExtended } from '../../common/model/layout.ts';
import { kernelSectorBytes } from '../../common/model/layout/size.ts';
import type { DiskFacts } from '../../common/model/machine.ts';
import type { DiskState, PartState, Target } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import { quoteArgv } from '../../common/system/quote.ts';
import type { Condition, Device, Step } from '../../common/system/step.ts';
import type { UseFacts } from '../../machine/use.ts';
import { type GroupHere, refuseForeignGroups } from './foreign-groups.ts';
import { sfdiskScript } from './sfdisk-script.ts';
import { noUdev, volumeSteps } from './volume-steps.ts';

/** The facts for `partition`: each mapped disk as it is now, and its users. By name in the script. */
export type PartitionFacts = {
  disks: Record<string, { disk: DiskFacts | undefined; use: UseFacts }>;
  /** Physical volumes of all disks, if the layout makes volume groups. */
  groups?: GroupHere[];
};

/** A disk needs this long at most until the kernel shows its new partitions. */
const showLimitMs = 20_000;

/** Writes the partition tables, makes arrays and volumes. Refuses if a disk changed or is in use, or a kept partition moved. */
export function planPartition(facts: PartitionFacts, target: Target): Step[] {
  const disks = Object.entries(target.disks);
  if (disks.length === 0)
    throw new UserError(
      'no layout is known',
      'Run `boel layout` first: the layout says which disk gets which partitions.',
    );
  for (const [name, planned] of disks) refuseOther(name, planned, facts.disks[name], target);
  refuseForeignGroups(facts.groups ?? [], facts.disks, target);
  const partitioned = disks.flatMap(([name, planned]) => {
    const parts = Object.entries(target.parts).filter(([, part]) => part.disk === name);
    const found = facts.disks[name];
    return found?.disk ? partitionDisk(name, planned, found.disk, parts) : [];
  });
  // One array may stand on several disks; all are stopped before the first disk is written.
  const holders = disks.flatMap(([name]) => facts.disks[name]?.use.holders ?? []);
  const stops = holders
    .filter((holder, at) => holders.findIndex((other) => other.name === holder.name) === at)
    .toSorted((a, b) => Number(a.kind === 'md') - Number(b.kind === 'md'))
    .map(stopHolder);
  return [...stops, ...forgetGroups(holders, target), ...partitioned, ...volumeSteps(target)];
}

/** Refuses a disk that is not the disk that `layout` saw, or that must not be written. */
function refuseOther(
  name: string,
  planned: DiskState,
  found: PartitionFacts['disks'][string] | undefined,
  target: Target,
): void {
  const again = 'Run `boel layout` again; nothing was written.';
  const disk = found?.disk;
  if (!disk) throw new UserError(`${planned.node} (${name} in the script) is gone`, again);
  if (disk.devno !== planned.devno || disk.bytes !== planned.bytes || disk.serial !== planned.serial)
    throw new UserError(`${planned.node} is another disk than the one that was chosen for ${name}`, again);
  const [mount] = found.use.mounts;
  if (mount)
    throw new UserError(
      `${planned.node} is in use: ${mount.source} is mounted on ${mount.dir}`,
      `Run: ${quoteArgv(['umount', ...found.use.mounts.map((one) => one.dir).toReversed()])}`,
    );
  const [swap] = found.use.swaps;
  if (swap) throw new UserError(`${planned.node} is in use: ${swap} is an active swap area`, `Run: swapoff ${swap}`);
  for (const part of Object.values(target.parts).filter((one) => one.disk === name && one.keep)) {
    const there = disk.parts.find((one) => one.number === part.number);
    const sameSize = isExtended(part) || there?.sizeBytes === part.sizeBytes;
    if (there?.startBytes !== part.startBytes || !sameSize)
      throw new UserError(`${part.node} is to be kept and has moved since \`boel layout\``, again);
  }
}

function partitionDisk(name: string, planned: DiskState, disk: DiskFacts, parts: [string, PartState][]): Step[] {
  const kept = new Set(parts.filter(([, part]) => part.keep).map(([, part]) => part.number));
  const device: Device = { name, node: planned.node };
  const old = disk.parts.filter((part) => !kept.has(part.number)).map((part) => part.node);
  const fresh = parts.filter(([, part]) => !part.keep && !isExtended(part));
  const wiped = [...old, ...(kept.size === 0 ? [planned.node] : [])];
  return [
    ...(wiped.length === 0
      ? []
      : [
          {
            kind: 'run' as const,
            why: `Wipe ${planned.node}${kept.size === 0 ? '' : ', except the kept partitions'}`,
            argv: ['wipefs', '--all', '--force', ...wiped] as const,
            destroys: [device],
          },
        ]),
    {
      kind: 'run',
      why: `Write the partition table of ${planned.node} (${name} in the script): ${counted(parts.length, 'partition')}`,
      // Signatures in partitions are wiped below: sfdisk would count kept partitions among the new ones.
      argv: [
        'sfdisk',
        '--quiet',
        '--no-reread',
        '--wipe',
        kept.size === 0 ? 'always' : 'never',
        '--wipe-partitions',
        'never',
        planned.node,
      ],
      stdin: sfdiskScript(
        planned,
        parts.map(([, part]) => part),
      ),
      destroys: [device],
    },
    {
      kind: 'run',
      why: `Let the kernel read the partition table of ${planned.node}`,
      argv: ['blockdev', '--rereadpt', planned.node],
      retry: {
        times: 5,
        firstDelayMs: 200,
        when: (exit) => (/busy/i.test(exit.stderr) ? `${planned.node} is busy` : false),
      },
    },
    ...parts.map(([, part]) => waitForPart(part)),
    ...(fresh.length === 0
      ? []
      : [
          {
            kind: 'run' as const,
            why: `Wipe old signatures at the start and end of the new partitions of ${planned.node}`,
            argv: ['wipefs', '--all', '--force', ...fresh.map(([, part]) => part.node)] as const,
            destroys: fresh.map(([one, part]) => ({ name: one, node: part.node })),
          },
        ]),
  ];
}

function stopHolder({ name, kind, dmName }: UseFacts['holders'][number]): Step {
  const why = `Stop ${kind === 'md' ? `/dev/${name}` : dmName}, which stands on disks of the layout`;
  const argv =
    kind === 'md'
      ? (['mdadm', '--stop', `/dev/${name}`] as const)
      : (['dmsetup', 'remove', '--retry', dmName] as const);
  return { kind: 'run', why, argv, env: noUdev };
}

/** Without udev the links of a stopped volume group stay in /dev, and vgcreate(8) takes them for a clash of names. */
function forgetGroups(holders: UseFacts['holders'], target: Target): Step[] {
  const groups = new Set(Object.values(target.volumes).flatMap((volume) => volume.group ?? []));
  return [...groups]
    .filter((group) => holders.some(({ dmName }) => dmName.startsWith(mapperName(group, ''))))
    .map((group) => ({ kind: 'remove', why: `Forget the old volume group ${group}`, at: here(under('/dev', group)) }));
}

/** There is no udev: the kernel's own entry tells when a partition exists, and whether it is the new partition. */
function waitForPart(part: PartState): Step {
  const dir: AbsPath = under('/sys/class/block', blockName(part.node));
  const hint = 'The kernel may lack this partition table (CONFIG_EFI_PARTITION, CONFIG_MSDOS_PARTITION); see dmesg.';
  // The kernel shows an extended partition as two sectors at most (Linux block/partitions/msdos.c).
  const condition: Condition = isExtended(part)
    ? { kind: 'file', at: under(dir, 'dev') }
    : { kind: 'file-says', at: under(dir, 'size'), text: String(part.sizeBytes / kernelSectorBytes) };
  return { kind: 'wait', why: `Wait for ${part.node}`, for: condition, limitMs: showLimitMs, hint };
}
