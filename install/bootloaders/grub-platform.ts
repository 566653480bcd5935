import { ownArchitecture } from '../../common/boot/architectures.ts';
import { defaultPorts, settingOf } from '../../common/model/settings.ts';
import type { State } from '../../common/model/state.ts';
import { UserError } from '../../common/system/errors.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { rsyncHints, rsyncRetry, rsyncUrl, toDaemon } from '../transports/rsync.ts';
import type { GrubPlatform } from './platforms.ts';

/** Brings a platform of grub that the image lacks from the server's boot files, for the time of the installation. */
export function fetchGrubPlatform(
  platform: GrubPlatform,
  root: AbsPath,
  state: State,
): { directory: AbsPath; before: Step[]; after: Step[] } {
  const server = settingOf(state.settings, 'IMAGESERVER');
  if (server === undefined)
    throw new UserError(
      `the image has no grub for ${platform}, and no server is known that has`,
      `Install its package on the golden client.`,
    );
  const port = Number(settingOf(state.settings, 'RSYNCPORT') ?? defaultPorts.rsync);
  const path: AbsPath = '/boot/.grub-from-server';
  const directory: AbsPath = `${path}/${platform}`;
  return {
    directory,
    before: [
      { why: 'Make room for grub’s files', kind: 'mkdir', at: { root, path: directory } },
      {
        why: `The image has no grub for ${platform}: bring it from the server`,
        kind: 'run',
        argv: [
          'rsync',
          '-rt',
          ...toDaemon,
          '--timeout=60',
          rsyncUrl(server, port, `boot/${ownArchitecture()}/grub/${platform}`),
          `${root}${directory}/`,
        ],
        retry: rsyncRetry,
        hints: {
          ...rsyncHints,
          23: 'Run `systemimager build boot` on the server: its boot files lack this platform of grub.',
        },
      },
    ],
    after: [{ why: 'Remove the server’s grub files', kind: 'remove', at: { root, path } }],
  };
}
