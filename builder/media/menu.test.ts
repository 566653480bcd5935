import { expect, it } from 'vitest';
import { guidOf } from './esp.ts';
import { syslinuxMenu } from './menu.ts';

it('has labels that boot from the CD, and a shell for rescue alone', () => {
  const [head, install = '', rescue = ''] = syslinuxMenu({
    words: ['console=tty0', 'nomodeset'],
    images: [],
  }).split('\nLABEL ');
  expect(head).toContain('DEFAULT install\n');
  expect(install).toMatch(
    /^install\n\tLINUX boot\/amd64\/kernel\n\tINITRD boot\/amd64\/initrd\.img\n\tAPPEND console=tty0 nomodeset\n/,
  );
  expect([install, rescue].map((label) => label.includes('systemimager.ACTION=shell'))).toEqual([false, true]);
});
it('has a label for each of several images; without a choice, the name of the machine chooses', () => {
  const menu = syslinuxMenu({ words: ['console=tty0'], images: ['web_v1', 'local'] });
  expect(menu).toContain('DEFAULT install\nSAY Images on this medium, one of which you may type: web_v1 image-local\n');
  expect(menu).toMatch(/\nLABEL web_v1\n(\t.*\n)*\tAPPEND console=tty0 IMAGENAME=web_v1\n/);
  expect(menu).toMatch(/\nLABEL image-local\n(\t.*\n)*\tAPPEND console=tty0 IMAGENAME=local\n/);
});
it('names the disk by a GUID of the form that RFC 9562 gives version 4', () => {
  expect(guidOf('0123456789abcdef01234567')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});
