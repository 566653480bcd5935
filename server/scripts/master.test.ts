import { expect, it } from 'vitest';
import { parseScript } from '../../common/model/script.ts';
import { defaultLayout } from './default-layout.ts';
import { masterScript } from './master.ts';

const facts = {
  name: 'web_v1',
  bytes: 900,
  inodes: 9,
  mounts: [{ dir: '/', bytes: 400 * 1024 ** 2, inodes: 20_000 }],
  splitLinks: [],
};

it('writes a script whose every line the installer can read without a shell', async () => {
  const text = await masterScript({
    image: 'web_v1',
    fstab: '/i/etc/fstab',
    layout: defaultLayout(facts, []),
    remarks: ['a\nb é'],
    ip: 'static',
    afterwards: 'beep',
  });
  const lines = parseScript(text);
  expect(lines.map((line) => (line.kind === 'verb' ? [line.verb, ...line.args].join(' ') : line.text))).toEqual([
    'run-parts pre-install',
    'layout --image web_v1',
    'partition',
    'mkfs',
    'mount',
    'image web_v1',
    'overrides',
    'fstab',
    'host --ip static',
    'boot',
    'run-parts post-install',
    'finish beep',
  ]);
  expect(text).toContain('# a?b é\n');
});

it('names what makes no layout by its line of the golden client’s fstab', async () => {
  const layout = defaultLayout(facts, []);
  const bad = { line: 7, spec: 'LABEL=gone', dir: '/srv', type: 'ext4', options: 'defaults', freq: 0, passno: 0 };
  const wish = { image: 'x', fstab: '/i/etc/fstab', remarks: [], ip: 'dhcp' as const, afterwards: 'reboot' as const };
  await expect(masterScript({ ...wish, layout: { ...layout, mounts: [...layout.mounts, bad] } })).rejects.toThrow(
    '/i/etc/fstab, line 7: no line of [filesystems] makes LABEL=gone',
  );
});
