import { expect, it } from 'vitest';
import { boelCommandLine } from './command-line.ts';
import { bootScript } from './ipxe-script.ts';

const server = { address: '10.77.0.1', httpPort: 8181, rsyncPort: 873, append: '' };
const mac = '52:54:00:00:00:01';

it('tells BOEL the image server, the card and the consoles', () => {
  expect(boelCommandLine(mac, 'install', server).join(' ')).toBe(
    'systemimager.default.IMAGESERVER=10.77.0.1 BOOTIF=01-52-54-00-00-00-01 console=tty0 console=ttyAMA0 console=ttyS0,115200 rootfstype=ramfs',
  );
});
it('names ports that are not the usual ones, and appends the words of server.toml', () => {
  expect(
    boelCommandLine(mac, 'install', { ...server, httpPort: 80, rsyncPort: 8873, append: 'nomodeset' }).join(' '),
  ).toMatch(/HTTPPORT=80 .*RSYNCPORT=8873 .* rootfstype=ramfs nomodeset$/);
});
it('opens a shell for a rescue', () => {
  expect(boelCommandLine(mac, 'rescue', server)).toContain('systemimager.ACTION=shell');
});
it('sends a machine that did not say its MAC back with it', async () => {
  expect(await bootScript({ kind: 'ask' }, server)).toMatch(
    /^#!ipxe\n[^]*chain --replace boot\.ipxe\?mac=\$\{netX\/mac:hexhyp\}/,
  );
});
it('boots kernel and initrd by HTTP', async () => {
  const script = await bootScript(
    { kind: 'boel', action: 'install', who: 'demo1', why: 'new', mac, arch: 'amd64' },
    server,
  );
  expect(script).toContain('kernel http://10.77.0.1:8181/boot/amd64/kernel initrd=initrd.img systemimager.default.');
  expect(script).toContain('initrd --name initrd.img http://10.77.0.1:8181/boot/amd64/initrd.img ');
});
it.each([
  [{ kind: 'boel', action: 'rescue', who: 'demo1', why: 'x', mac, arch: 'amd64' }, 'rescue'],
  [{ kind: 'local', who: 'demo1', why: 'x' }, 'local'],
  [{ kind: 'refuse', why: 'x' }, 'refuse'],
] as const)('tells a medium that starts BOEL by itself what to do: %j', async (answer, told) => {
  const script = await bootScript(answer, server, { hasMedium: true });
  expect(script).toContain(`set answer ${told}\n`);
  expect(script.split('exit 0')[0]).not.toMatch(/^kernel/m);
});
it('starts the own disk: a failure on UEFI, the first BIOS drive otherwise', async () => {
  const script = await bootScript({ kind: 'local', who: 'demo1', why: 'installed web_v1' }, server);
  expect(script).toContain('demo1 starts its own disk: installed web_v1.');
  expect(script).toContain('efi && exit 1');
  expect(script).toContain('sanboot --no-describe --drive 0x80');
  expect(script).not.toContain('kernel');
});
it('lets no text from outside become a command', async () => {
  const script = await bootScript({ kind: 'local', who: 'x', why: 'a\nshell ${net0/mac}' }, server);
  expect(script).not.toMatch(/^shell/m);
  expect(script).not.toContain('${net0');
});
