import { CarriedEntry, carriedEntryFile } from '../../common/model/carried-entry.ts';
import { messageOf } from '../../common/system/errors.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { probeEfiMenu } from '../../install/bootloaders/efi-entries.ts';
import type { BlkidFacts } from '../../machine/blkid.ts';
import { paths } from '../paths.ts';
import type { Watch } from './backoff.ts';
import { probeBlockDevices, probeContents } from './block-devices.ts';
import { withVolumes } from './volumes.ts';

/** The note of a running machine that has started BOEL by an entry of its own boot loader; undefined if something else started BOEL. */
export async function readCarriedEntry(io: ReadIo): Promise<CarriedEntry | undefined> {
  const text = await io.readText(carriedEntryFile);
  if (text === undefined) return undefined;
  try {
    return CarriedEntry.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * BOEL's first act on a machine that its own boot loader has started: the loader forgets the entry, where the loader could not do that
 * itself, so that a failure is no loop of installations. Linux writes where grub cannot: logical volumes, arrays, btrfs, f2fs.
 */
export async function forgetEntry(io: Io, { say }: Watch): Promise<void> {
  const carried = await readCarriedEntry(io);
  if (!carried) return;
  say(`Started by an entry of the machine’s own boot loader (${carried.way})`);
  if (carried.firmwareLabel !== undefined) await forgetFirmware(io, carried.firmwareLabel);
  const { clears } = carried;
  if (!clears) return;
  const devices = await probeBlockDevices(io);
  const contents = await probeContents(io, devices);
  const correct = async (all: readonly BlkidFacts[]) => {
    const node = all.find(({ uuid }) => uuid === clears.uuid)?.node;
    return node !== undefined && (await writeFile(io, node, clears, say));
  };
  if (await correct(contents)) return;
  let isDone = false;
  const onVolumes = async () => {
    isDone = await correct(await probeContents(io, await probeBlockDevices(io)));
  };
  await withVolumes(io, contents, say, onVolumes, 'write');
  if (!isDone)
    say(
      `Warning: ${clears.path} of the old system could not be corrected: its boot loader may start the installer again.`,
    );
}

async function writeFile(
  io: Io,
  node: string,
  { type, path, content }: NonNullable<CarriedEntry['clears']>,
  say: Watch['say'],
): Promise<boolean> {
  // The path begins at the top of the filesystem, and btrfs mounts its default subvolume.
  const options = type === 'btrfs' ? ['-o', 'subvol=/'] : [];
  await io.mkdir(paths.media);
  const mounted = await io.run({ argv: ['mount', '-t', type, ...options, node, paths.media] });
  if (mounted.code !== 0) return false;
  try {
    await io.write({ root: paths.media, path }, content, { mode: 0o600 });
    say(`The next start is the old system: ${path} on ${node} is corrected`);
    return true;
  } catch (error) {
    say(messageOf(error));
    return false;
  } finally {
    await io.run({ argv: ['umount', paths.media] });
  }
}

/** Takes entries that have done their work out of the firmware's menu. */
async function forgetFirmware(io: Io, label: string): Promise<void> {
  const facts = await probeEfiMenu(io);
  for (const { number } of facts?.menu.entries.filter((one) => one.label === label) ?? [])
    await io.run({ argv: ['efibootmgr', '--quiet', '--delete-bootnum', '--bootnum', number] });
}
