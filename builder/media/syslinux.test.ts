import { expect, it } from 'vitest';
import { mediumLua } from './syslinux.ts';

it('tells Lua what is not the same for all: server, port and words', () => {
  expect(mediumLua({ server: '10.0.0.1', httpPort: undefined, append: ' nomodeset  quiet ' })).toContain(
    'return { server = "10.0.0.1", port = 8181, append = "console=tty0 console=ttyAMA0 console=ttyS0,115200 rootfstype=ramfs nomodeset quiet" }',
  );
  expect(mediumLua({ server: undefined, httpPort: 80, append: '' })).toMatch(
    /return \{ port = 80, append = "systemimager\.default\.HTTPPORT=80 console=tty0 /,
  );
});
it('lets no word end the string of Lua, or the line of iPXE', () => {
  expect(mediumLua({ server: undefined, httpPort: undefined, append: String.raw`x="a\b"` })).toContain(
    String.raw`rootfstype=ramfs x=\"a\\b\"" }`,
  );
  expect(() => mediumLua({ server: undefined, httpPort: undefined, append: 'a && reboot' })).toThrow('&&');
  expect(() => mediumLua({ server: undefined, httpPort: undefined, append: 'x'.repeat(381) })).toThrow(
    '381 characters',
  );
});
