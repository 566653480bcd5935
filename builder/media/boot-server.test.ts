import { expect, it } from 'vitest';
import { bootIpxe, pxeMenu } from './boot-server.ts';

const inputs = { server: '10.0.0.1', httpPort: 8080, append: 'nomodeset' };

it('gives PXELINUX the words of BOEL, and a shell to the label rescue alone', () => {
  const [, install = '', rescue = ''] = pxeMenu(inputs, 'net').split('\nLABEL ');
  expect(install).toContain(
    '\tAPPEND systemimager.default.IMAGESERVER=10.0.0.1 systemimager.default.HTTPPORT=8080 console=tty0 console=ttyAMA0 console=ttyS0,115200 rootfstype=ramfs nomodeset\n',
  );
  expect([install, rescue].map((label) => label.includes('systemimager.ACTION=shell'))).toEqual([false, true]);
});
it('lets iPXE ask the image server, and installs nothing without an answer', () => {
  const script = bootIpxe(inputs, 'net');
  expect(script).toMatch(
    /chain --autofree http:\/\/10\.0\.0\.1:8080\/boot\.ipxe\?medium=yes[^]*\nkernel boot\/\$\{arch\}\/kernel /,
  );
  expect(() => bootIpxe({ ...inputs, append: '|| reboot' }, 'net')).toThrow('||');
  expect(script.split(':answered')[0]).not.toMatch(/^kernel|^goto boel/m);
  expect(bootIpxe(inputs, 'install')).not.toContain('chain');
  expect(pxeMenu(inputs, 'install')).toContain('\nDEFAULT install\n');
});
