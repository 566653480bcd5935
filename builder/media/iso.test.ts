import { expect, it } from 'vitest';
import { guidOf, isoMenu } from './iso.ts';

it('has labels that boot from the CD, and a shell for rescue alone', () => {
  const [head, install = '', rescue = ''] = isoMenu(['console=tty0', 'nomodeset']).split('\nLABEL ');
  expect(head).toContain('DEFAULT install\n');
  expect(install).toMatch(
    /^install\n\tLINUX boot\/amd64\/kernel\n\tINITRD boot\/amd64\/initrd\.img\n\tAPPEND console=tty0 nomodeset\n/,
  );
  expect([install, rescue].map((label) => label.includes('systemimager.ACTION=shell'))).toEqual([false, true]);
});
it('names the disk by a GUID of the form that RFC 9562 gives version 4', () => {
  expect(guidOf('0123456789abcdef01234567')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});
