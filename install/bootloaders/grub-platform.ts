import { ownArchitecture } from '../../common/boot/architectures.ts';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { ImageSource } from '../source/image-source.ts';
import type { GrubPlatform } from './platforms.ts';

/** Brings a platform of grub that the image lacks from the server's boot files, for the time of the installation. */
export function fetchGrubPlatform(
  platform: GrubPlatform,
  root: AbsPath,
  source: ImageSource | undefined,
): { directory: AbsPath; before: Step[]; after: Step[] } {
  if (!source)
    throw new UserError(
      `the image has no grub for ${platform}, and no image server is known that has one`,
      `Install the package of grub for that platform on the golden client.`,
    );
  const path: AbsPath = '/boot/.grub-from-server';
  const directory: AbsPath = `${path}/${platform}`;
  const what = `grub for ${platform}, which the image lacks`;
  const folder = `boot/${ownArchitecture()}/grub/${platform}`;
  const missing = {
    23: 'Run `systemimager build boot` on the server: the boot files there lack this platform of grub.',
  };
  return {
    directory,
    before: [
      { why: 'Make room for grub’s files', kind: 'mkdir', at: { root, path: directory } },
      ...source
        .tree({ folder, what, root: under(root, directory), manner: 'bare' })
        .map((step) => (step.kind === 'run' ? { ...step, hints: { ...step.hints, ...missing } } : step)),
    ],
    after: [{ why: 'Remove the server’s grub files', kind: 'remove', at: { root, path } }],
  };
}
