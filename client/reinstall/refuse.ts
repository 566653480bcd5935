import { isTrusted, readSignatures } from '../../common/certificates/authenticode.ts';
import type { SecureBoot } from '../../common/model/secure-boot.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import type { MountFacts } from '../../common/system/mountinfo.ts';
import { type AbsPath, here, under } from '../../common/system/place.ts';
import { serverSource } from '../../install/source/server-source.ts';
import { mountAt } from '../../install/boot-entries/running-boot.ts';
import { freeRoom } from '../../machine/free-room.ts';
import type { LiveSettings } from './live-settings.ts';

const mib = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)} MiB`;

/** Room for the settings, for folders, and for what a filesystem itself takes. */
const spareBytes = 2 * 1024 ** 2;

/** UserError if kernel and initrd cannot be put into the folder: its filesystem is read-only, or too small. Changes nothing. */
export async function checkFolder(
  io: ReadIo,
  mounts: readonly MountFacts[],
  folder: AbsPath,
  needBytes: number,
): Promise<void> {
  const mount = mountAt(mounts, folder);
  if (isReadOnly(mount))
    throw new UserError(
      `${mount.dir} is mounted read-only, and kernel and initrd of the installer belong there; nothing has been changed`,
      `Mount it for writing: mount -o remount,rw ${mount.dir}`,
    );
  const free = await freeRoom(io, mount.dir);
  const need = needBytes + spareBytes;
  if (free && free.bytes < need)
    throw new UserError(
      `${mount.dir} has ${mib(free.bytes)} free, and the installer needs ${mib(need)}; nothing has been changed`,
      mount.dir === '/'
        ? 'Make room there.'
        : `Make room there, for example by the removal of old kernels; or start the installer at once, without ${mount.dir}: --now`,
    );
}

export const isReadOnly = ({ options }: MountFacts): boolean => /(^|,)ro(,|$)/.test(options);

/** UserError if Secure Boot would refuse the kernel: `trusted` are the certificates of firmware and shim. */
export function checkSignature(kernel: Buffer, secureBoot: SecureBoot | undefined, trusted: readonly string[]): void {
  if (!secureBoot?.enforced) return;
  if (isTrusted(readSignatures(kernel), [...secureBoot.trusts, ...trusted])) return;
  throw new UserError(
    'Secure Boot is on, and neither the firmware nor shim trusts the signature of the installer’s kernel; nothing has been changed',
    'On the image server, build with the signed kernel of Debian: systemimager build boot --kernel debian',
  );
}

/** UserError if the image server has no script for the name of this machine: BOEL would wait for a person. */
export async function checkScript(io: Io, values: LiveSettings['values']): Promise<void> {
  const { HOSTNAME, IMAGENAME, IMAGESERVER = '', RSYNCPORT } = values;
  const name = IMAGENAME === undefined ? HOSTNAME && `${HOSTNAME}.sh` : `${IMAGENAME}.master`;
  if (name === undefined) return;
  const setting = (value: string) => ({ value, from: 'hard disk local.cfg' as const, detail: '' });
  const source = serverSource({
    IMAGESERVER: setting(IMAGESERVER),
    ...(RSYNCPORT === undefined ? {} : { RSYNCPORT: setting(RSYNCPORT) }),
  });
  const folder: AbsPath = '/run/systemimager';
  await io.mkdir(folder, { mode: 0o700 });
  const at = under(folder, 'script');
  const found = await source.file(io, { path: `scripts/${name}`, at, maxBytes: 4 * 1024 ** 2 });
  await io.remove(here(at));
  if ('notYet' in found) throw new UserError(found.notYet, 'Try again, or look at the image server.');
  if (found.bytes === undefined)
    throw new UserError(
      `the image server has no scripts/${name}: this machine would not know what to install; nothing has been changed`,
      HOSTNAME === undefined || IMAGENAME !== undefined
        ? 'On the image server, make the script with getimage; or give another -image.'
        : `On the image server, run: addclients -client ${HOSTNAME} -image NAME; or give -image NAME here.`,
    );
}
