import type { Target } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { chrootEnv, chrootLimitMs } from '../chroot/in-chroot.ts';
import { mountOf, uuidOf } from '../target/places.ts';
import type { GrubFacts } from './grub-facts.ts';

const byUuid: AbsPath = '/dev/disk/by-uuid';

/** Finds the filesystems of / and /boot without a name in /dev/disk/by-uuid. */
export async function unnamed(io: ReadIo, target: Target): Promise<GrubFacts['unnamed']> {
  const found = new Map<string, AbsPath>();
  for (const dir of ['/', '/boot']) {
    const [uuid, node] = [uuidOf(target, dir), mountOf(target, dir)?.node];
    if (uuid && node && !(await io.lstat(under(byUuid, uuid)))) found.set(uuid, node);
  }
  return [...found].map(([uuid, node]) => ({ uuid, node }));
}

/** Writes grub.cfg anew if it is missing or does not fit this machine. */
export function planConfig(facts: GrubFacts, root: AbsPath, target: Target): Step[] {
  const reason = whyConfig(facts, target);
  if (reason === undefined) return [];
  const { names } = facts;
  if (names.mkconfig === undefined)
    throw new UserError(
      `${reason}, and the image has no grub-mkconfig`,
      'Install the grub package of its distribution on the golden client.',
    );
  const path = facts.configPath;
  // grub-mkconfig writes root=UUID= only where /dev/disk/by-uuid has it.
  const links = facts.unnamed.map(({ uuid, node }) => ({ at: here(under(byUuid, uuid)), node }));
  return [
    { why: 'Make room for names by UUID', kind: 'mkdir', at: here(byUuid) },
    ...links.map(
      ({ at, node }): Step => ({ why: 'Show grub-mkconfig the UUID of a disk', kind: 'symlink', at, target: node }),
    ),
    {
      why: `Write ${path}: ${reason}`,
      kind: 'run',
      argv: [names.mkconfig, '-o', path],
      chroot: root,
      // os-prober would look into every other disk of the machine.
      env: { ...chrootEnv, GRUB_DISABLE_OS_PROBER: 'true' },
      limitMs: chrootLimitMs,
      writes: [{ root, path }],
    },
    ...links.map(({ at }): Step => ({ why: 'Hide the UUID of the disk again', kind: 'remove', at })),
  ];
}

/** Why grub.cfg must be written anew; undefined if it fits this machine. */
export function whyConfig({ config }: Pick<GrubFacts, 'config'>, target: Target): string | undefined {
  if (config === undefined) return 'the image has none';
  const uuid = uuidOf(target, '/boot');
  const text = config.toLowerCase();
  if (uuid && text.includes('--fs-uuid') && !text.includes(uuid.toLowerCase()))
    return `the image’s own grub does not name the filesystem of /boot, ${uuid}`;
  const kernels = [...config.matchAll(/^[ \t]*linux(?:16|efi)?[ \t]+["']?(?:\([^)\s]*\))?(\/[^\s"']+)/gm)].map(
    (one) => one[1] ?? '',
  );
  const isApart = mountOf(target, '/boot')?.dir === '/boot';
  const misses = (at: string) => (isApart ? at.startsWith('/boot/') : /^\/(vmlinuz|vmlinux|kernel|Image)-/.test(at));
  if (kernels.some(misses))
    return `the image’s own grub looks for kernels where /boot is ${isApart ? 'no' : 'a'} filesystem of its own`;
  return undefined;
}
