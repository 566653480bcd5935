import { expect, it } from 'vitest';
import { guidOf } from './esp.ts';
import { grubMenu, menuOf, syslinuxMenu } from './menu.ts';

const id = '0123456789abcdef01234567';
const server = { server: undefined, httpPort: undefined, append: 'nomodeset' };
const labelsOf = (text: string) => new Map(text.split('\nLABEL ').map((label) => [label.split('\n', 1)[0], label]));

it('has labels that boot from the medium, and a shell for rescue alone', () => {
  const text = syslinuxMenu(menuOf({ ...server, id }));
  const labels = labelsOf(text);
  expect(text).toContain('DEFAULT install\n');
  expect(labels.get('install')).toMatch(
    /^install\n\tLINUX boot\/amd64\/kernel\n\tINITRD boot\/amd64\/initrd\.img\n\tAPPEND console=tty0 .* nomodeset /,
  );
  const shells = [...labels].filter(([, label]) => label.includes('systemimager.ACTION=shell'));
  expect(shells.map(([name]) => name)).toEqual(['rescue']);
});
it('installs a machine once without a key, and again where a person wants so', async () => {
  const menu = menuOf({ ...server, id });
  const labels = labelsOf(syslinuxMenu(menu));
  expect(labels.get('install')).toContain(` systemimager.default.ONCE=${id}\n`);
  expect(labels.get('again')).toContain(` ONCE=${id}\n`);
  const grub = await grubMenu(menu);
  expect(grub).toContain(`[ -e "$part/.boel-${id}" ]`);
  expect(grub).toContain("menuentry 'install: install this machine' --id install {\n");
  const ofServe = syslinuxMenu(menuOf({ ...server, id, everyTime: true }));
  expect(ofServe).not.toMatch(/ONCE|again/);
});
it('has a label for each of several images; without a choice, the name of the machine chooses', () => {
  const offline = { files: [], images: ['web_v1', 'local'], digest: '' };
  const text = syslinuxMenu(menuOf({ ...server, id, offline }));
  expect(text).toContain('DEFAULT install\n');
  expect(text).toContain('SAY Images on this medium, one of which you may type: web_v1 image-local\n');
  expect(labelsOf(text).get('web_v1')).toMatch(new RegExp(` ONCE=${id} IMAGENAME=web_v1\n`));
  expect(labelsOf(text).get('image-local')).toContain(' IMAGENAME=local\n');
  expect(labelsOf(text).get('install')).toContain(` systemimager.default.MEDIUM=${id} `);
});
it('names the disk by a GUID of the form that RFC 9562 gives version 4', () => {
  expect(guidOf('0123456789abcdef01234567')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});
