import { expect, it } from 'vitest';
import { printSteps } from '../../common/system/apply.ts';
import { installedState } from '../../test/helpers/installed-state.ts';
import { planSwapFiles } from './swap-files.ts';

const swapFiles = [{ path: '/swap.img' as const, sizeBytes: 2 * 1024 ** 3 }];

it('writes a swap file out whole, and none where there is none', () => {
  expect(planSwapFiles(installedState(), '/a')).toEqual([]);
  const text = printSteps(planSwapFiles(installedState({ swapFiles }), '/a'));
  expect(text).toContain('chroot /a dd of=/swap.img bs=1M count=2048 iflag=fullblock conv=notrunc,fsync </dev/zero');
  expect(text).toContain('chroot /a mkswap /swap.img');
  expect(text).not.toContain('chattr');
});

it('takes care of copy-on-write where the deepest mount is btrfs', () => {
  const { mounts } = installedState();
  const [root] = mounts;
  if (!root) throw new Error('there is a root');
  const btrfs = { ...root, dir: '/var', type: 'btrfs' };
  const steps = (path: `/${string}`) => {
    const state = installedState({ mounts: [...mounts, btrfs], swapFiles: [{ path, sizeBytes: 2 ** 20 }] });
    return printSteps(planSwapFiles(state, '/a'));
  };
  expect(steps('/var/swap/file')).toContain('chroot /a chattr +C /var/swap/file');
  expect(steps('/variable')).not.toContain('chattr');
});
