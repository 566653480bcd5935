import { expect, it } from 'vitest';
import { installedState } from '../../test/helpers/installed-state.ts';
import { ejectCd, markInstalled } from './once.ts';

const id = 'a'.repeat(24);
const settings = (ONCE: string) => ({ ONCE: { value: ONCE, from: 'boot menu' as const, detail: '' } });

it('notes the medium in the root of the installed system, if the medium installs a machine once', () => {
  const state = installedState({ settings: settings(id) });
  expect(markInstalled(state, '/a')).toMatchObject([{ kind: 'write', at: { root: '/a', path: `/.boel-${id}` } }]);
  expect(markInstalled(installedState({ settings: settings('no') }), '/a')).toEqual([]);
  expect(markInstalled(installedState(), '/a')).toEqual([]);
});

it.each([
  ['/dev/sr0', 'reboot', true, ['umount', 'eject']],
  ['/dev/sr0', 'poweroff', false, ['eject']],
  ['/dev/sr0', 'shell', true, []],
  ['/dev/sda1', 'reboot', true, []],
  [undefined, 'reboot', false, []],
] as const)('puts out of the drive what started BOEL: %s, then %s', (medium, afterwards, isMounted, programs) => {
  const steps = ejectCd(installedState({ medium, settings: settings(id) }), afterwards, isMounted);
  expect(steps.map((step) => step.kind === 'run' && step.argv[0])).toEqual(programs);
});
