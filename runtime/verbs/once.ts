import { installedName, mediumFolder } from '../../common/model/medium.ts';
import type { Ending } from '../../common/model/script.ts';
import { settingOf } from '../../common/model/settings.ts';
import type { State } from '../../common/model/state.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** The step that lets the medium know this machine again, if the medium installs each machine once. */
export function markInstalled(state: State, root: AbsPath): Step[] {
  const id = settingOf(state.settings, 'ONCE');
  if (id === undefined || id === 'no') return [];
  const content = `${state.image?.name ?? 'the image'} as ${settingOf(state.settings, 'HOSTNAME') ?? 'a machine without a name'}\n`;
  const why = 'Note that this medium has installed the machine';
  return [{ why, kind: 'write', at: { root, path: under('/', installedName(id)) }, content, mode: 0o644 }];
}

const goesAway: readonly Ending[] = ['reboot', 'poweroff', 'beep', 'kexec'];

/** Steps that put the CD out of its drive; a drive that keeps the CD does no harm. `isMounted`: images came from the CD. */
export function ejectCd({ medium, settings }: State, afterwards: Ending, isMounted: boolean): Step[] {
  const isCd = medium !== undefined && /^\/dev\/sr\d/.test(medium);
  if (!isCd || !goesAway.includes(afterwards) || settings.ONCE?.value === 'no') return [];
  const steps: Step[] = [
    { why: 'Put the CD out', kind: 'run', argv: ['eject', medium], ok: { 1: 'the drive keeps the CD' } },
  ];
  if (isMounted) steps.unshift({ why: 'Unmount the medium', kind: 'run', argv: ['umount', mediumFolder] });
  return steps;
}
