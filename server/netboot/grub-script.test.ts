import { describe, expect, it } from 'vitest';
import { grubFiles, planGrubFiles } from './grub-script.ts';
import type { BootKnowledge } from './netboot.ts';

const server = { address: '10.77.0.1', httpPort: 8181, rsyncPort: 873, append: "nomodeset x='$y'" };
const mac = '52:54:00:00:00:01';
const at = '2026-01-01T00:00:00Z';
const known: BootKnowledge = {
  netboot: { version: 1, machines: {} },
  hosts: [{ host: 'demo1', mac }, { host: 'demo2' }],
  unknown: 'install',
};
const file = async (name: string, more: Partial<BootKnowledge> = {}) =>
  (await grubFiles({ ...known, ...more }, server)).get(name) ?? '';

describe('what grub reads', () => {
  it('is a file for each known card, and one for everybody that looks for these first', async () => {
    const files = await grubFiles(known, server);
    expect([...files.keys()]).toEqual(['grub.cfg', `${mac}.cfg`]);
    expect(files.get('grub.cfg')).toContain('source "$prefix/$net_default_mac.cfg"');
    expect(files.get(`${mac}.cfg`)).not.toContain('source');
  });
  it('boots kernel and initrd, with the words of server.toml as they are', async () => {
    const text = await file(`${mac}.cfg`);
    expect(text).toContain("echo 'demo1 boots the installer: demo1 has not been installed yet.'");
    expect(text).toContain(`linux "/boot/$arch/kernel" systemimager.default.IMAGESERVER=10.77.0.1 BOOTIF=01-52-54-`);
    expect(text).toContain(String.raw`nomodeset 'x='\''$y'\'''; then`);
  });
  it('lets grub name the card of a machine that nobody knows', async () => {
    expect(await file('grub.cfg')).toContain(' BOOTIF=01-$net_default_mac ');
    expect(await file('grub.cfg', { unknown: 'local' })).toContain("echo 'This machine starts its own disk: ");
  });
  it('starts the own disk of a machine that has finished, also of one that nobody listed', async () => {
    const machines = { [mac]: { boot: 'local', at, why: "installed 'web'\n$v1" } } as const;
    const text = await file(`${mac}.cfg`, { hosts: [], netboot: { version: 1, machines } });
    expect(text).toContain(`echo '${mac} starts its own disk: installed '\\''web'\\''$v1.'\n`);
    expect(text).toContain('chainloader "$disk_loader"');
    expect(text).not.toContain('linux');
  });
  it('opens a shell for a rescue', async () => {
    const machines = { demo1: { boot: 'rescue', at, why: 'x' } } as const;
    expect(await file(`${mac}.cfg`, { netboot: { version: 1, machines } })).toContain(' systemimager.ACTION=shell ');
  });
});

it('writes what changed, and removes what is gone', () => {
  const before = new Map([
    ['same.cfg', '1'],
    ['changed.cfg', '1'],
    ['gone.cfg', '1'],
  ]);
  const after = new Map([
    ['same.cfg', '1'],
    ['changed.cfg', '2'],
    ['new.cfg', '1'],
  ]);
  const steps = planGrubFiles({ tftp: '/run/tftp' }, before, after).map((step) => `${step.kind} ${step.why}`);
  expect(steps).toEqual([
    'write Write the configuration of grub: changed.cfg',
    'write Write the configuration of grub: new.cfg',
    'remove Forget gone.cfg',
  ]);
});
