import { layouts } from '../../test/assets/scripts.ts';
import { autoinstallCd } from '../../test/assets/media.ts';
import { wireInterface } from '../../test/boot/harness/wire.ts';
import { blank, image, makeSite, typed, web1 } from '../../test/boot/parts/site.ts';
import { withMachines } from './boots.ts';

/** From where a machine that a CD has started takes its image. */
export type Origin = 'medium' | 'server';

/** The server's side of the wire sends no faster than a network card of 1 Gbit/s (tc-tbf(8)). */
const shape = 'qdisc add dev DEVICE root tbf rate 1gbit burst 1mb latency 50ms';

/** Seconds from the first byte of an image to the last, and of the whole installation, by the clock that BOEL prints before its lines. */
export async function secondsOfImage(origin: Origin, memoryMb: number): Promise<{ image: number; all: number }> {
  return withMachines(`bench media image from ${origin}`, async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4, ip: 'static' });
    await site.wire.run(['tc', ...shape.replace('DEVICE', wireInterface).split(' ')]);
    const isOffline = origin === 'medium';
    const cfg = isOffline ? `HOSTNAME=${web1.host}\n` : `${typed.replaceAll(' ', '\n')}\n`;
    const append = `ONFAIL=poweroff ${isOffline ? '' : 'TRANSPORT=rsync'}`;
    const cd = await autoinstallCd(test.scratch, site.root, cfg, append, 'amd64', [image]);
    const disk = await blank(test, '2G');
    const nics = isOffline ? [] : [{ wire: site.wire }];
    const vm = await test.boot({ disks: [disk], nics, cds: [cd], bootFrom: 'cd', memoryMb });
    const secondsAt = async (line: string) => Number((await vm.console(clocked(line), { withinS: 900 })).groups?.at);
    const from = await secondsAt(`Image ${image},.*from ${isOffline ? 'the medium' : 'image server'}`);
    const to = await secondsAt('Overrides: ');
    const all = await secondsAt('The machine switches itself off');
    await vm.off();
    return { image: to - from, all };
  });
}

/** A line of BOEL behind its clock, which counts from the kernel's start. */
const clocked = (line: string) => new RegExp(`\\[ *(?<at>\\d+\\.\\d)\\] ${line}`);
