import { expect, it } from 'vitest';
import { installedState } from '../../test/helpers/installed-state.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { oldUuidIn, renewText } from './renewed.ts';
import { planFstab, probeFstab } from './plan-fstab.ts';

const old = '11111111-2222-4333-8444-aaaaaaaaaaaa';
const fresh = '99999999-8888-4777-8666-bbbbbbbbbbbb';
const renewed = {
  [old.toUpperCase()]: fresh.toUpperCase(),
  'ABCD-0EF1': '1234-5678',
  '0000000a:11111111:22222222:33333333': 'ffffffff:eeeeeeee:dddddddd:cccccccc',
};

it.each([
  [`root=UUID=${old} ro`, `root=UUID=${fresh} ro`],
  [`uuid=${old.toUpperCase()}`, `uuid=${fresh.toUpperCase()}`],
  ['search --fs-uuid ABCD-0EF1; abcd-0ef1', 'search --fs-uuid 1234-5678; 1234-5678'],
  [
    'ARRAY /dev/md0 UUID=0000000a:11111111:22222222:33333333',
    'ARRAY /dev/md0 UUID=ffffffff:eeeeeeee:dddddddd:cccccccc',
  ],
  ["set root='mduuid/0000000a111111112222222233333333'", "set root='mduuid/ffffffffeeeeeeeeddddddddcccccccc'"],
  ['UUID="0000000a-1111-1111-2222-222233333333"', 'UUID="ffffffff-eeee-eeee-dddd-ddddcccccccc"'],
  [`x${old} ${old}f 1ABCD-0EF1`, `x${old} ${old}f 1ABCD-0EF1`],
])('renews %s', (text, expected) => {
  expect(renewText(text, renewed)).toBe(expected);
  expect(renewText(text, {})).toBe(text);
});

it('finds an old UUID in a name, too', () => {
  expect(oldUuidIn(`devexists-\\x2fdev\\x2fby-uuid\\x2f${old.replaceAll('-', '\\x2d')}.sh`, renewed)).toBe(old);
  expect(oldUuidIn(fresh, renewed)).toBeUndefined();
});

it('writes the files anew that name one, behind links and with their owners', async () => {
  const state = installedState({ renewed });
  const files = {
    '/a/boot/grub/grub.cfg': `linux /vmlinuz root=UUID=${old}\n`,
    '/a/boot/grub2/grubenv': { link: '/boot/efi/EFI/x/grubenv.cfg' },
    '/a/boot/efi/EFI/x/grubenv.cfg': `resume=UUID=${old}\n`,
    '/a/etc/crypttab': 'swap UUID=55555555-2222-4333-8444-aaaaaaaaaaaa none\n',
    '/a/etc/default/grub': Buffer.from(`# h\xf4te\nRESUME=${old}\n`, 'latin1'),
    '/a/etc/initramfs-tools/conf.d/resume': `RESUME=UUID=${old}\n`,
  };
  const { steps } = planFstab(await probeFstab(recorderIo({ files }).io, '/a', state), '/a', state);
  const written = steps.slice(1).map((step) => (step.kind === 'write' ? [step.at.path, step.content] : [step.kind]));
  expect(written).toEqual([
    ['/etc/default/grub', `# h\udcf4te\nRESUME=${fresh}\n`],
    ['/etc/initramfs-tools/conf.d/resume', `RESUME=UUID=${fresh}\n`],
    ['/boot/grub/grub.cfg', `linux /vmlinuz root=UUID=${fresh}\n`],
    ['/boot/efi/EFI/x/grubenv.cfg', `resume=UUID=${fresh}\n`],
  ]);
  expect((await probeFstab(recorderIo({ files }).io, '/a', installedState())).users).toEqual([]);
});
