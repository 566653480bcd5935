import { UserError } from '../common/system/errors.ts';
import type { Io } from '../common/system/io.ts';
import { under } from '../common/system/place.ts';
import type { Step } from '../common/system/step.ts';

/** Refuses a bridge that is none, and users who may not use one. */
export async function checkBridge(io: Io, bridge: string, isRoot: boolean): Promise<void> {
  if (!isRoot)
    throw new UserError(
      '--bridge needs root',
      'Run the command as root, or leave --bridge out: QEMU’s own network needs no root.',
    );
  // Linux, Documentation/ABI/testing/sysfs-class-net: a bridge has a folder `bridge`.
  if (/^[\w.-]{1,15}$/.test(bridge) && (await io.lstat(under('/sys/class/net', bridge, 'bridge'))) !== undefined)
    return;
  throw new UserError(
    `${bridge} is no bridge of this computer`,
    `To make one: ip link add name ${bridge} type bridge. To list them: ip link show type bridge`,
  );
}

/** Makes a tap, and plugs it into the bridge. A name of an interface has at most 15 bytes (linux/if.h, IFNAMSIZ). */
export const plugTap = (tap: string, bridge: string): Step[] => [
  { why: `Make the tap ${tap}`, kind: 'run', argv: ['ip', 'tuntap', 'add', tap, 'mode', 'tap'] },
  { why: `Plug ${tap} into ${bridge}`, kind: 'run', argv: ['ip', 'link', 'set', tap, 'master', bridge, 'up'] },
];

export const removeTap = (tap: string): Step => ({
  why: `Remove the tap ${tap}`,
  kind: 'run',
  argv: ['ip', 'link', 'del', tap],
});
