import { layouts } from '../../test/assets/scripts.ts';
import { wireNetwork } from '../../test/boot/harness/wire.ts';
import { blank, makeSite, web1 } from '../../test/boot/parts/site.ts';
import { type Booted, initLine, ourBoot, secondsOfInit, secondsTo, withMachines } from './boots.ts';

/** What comes on the way of an installation to its image, each in s since the kernel's start. */
export type Milestones = Record<'PID 1' | 'boel' | 'image', number>;

/** Installs a machine by this kernel and this initrd, up to the first bytes of the image. */
export async function milestones(what: Pick<Booted, 'kernel' | 'initrd'>, memoryMb: number): Promise<Milestones> {
  return withMachines('bench boot installation', async (test) => {
    const site = await makeSite(test, { layout: layouts.oneExt4 });
    const typed = `HOSTNAME=${web1.host} IPADDR=${web1.ip} NETMASK=${wireNetwork.netmask} IMAGESERVER=${wireNetwork.server}`;
    const booted = ourBoot(what, typed);
    const disks = [await blank(test, '2G')];
    const vm = await test.boot({ direct: booted, memoryMb, disks, nics: [{ wire: site.wire }], noReboot: true });
    const [text] = await vm.console(initLine, { withinS: 120 });
    const atS = secondsOfInit(text);
    const lines = await vm.lines();
    const initMs = lines.findLast((one) => initLine.test(one.text))?.atMs ?? Number.NaN;
    // The kernel's own clock runs from its start; what our programs say is timed from outside.
    const bootS = initMs / 1000 - atS;
    const boel = (await secondsTo(vm, booted.firstLine, 120)) - bootS;
    const image = (await secondsTo(vm, /image: \d/, 600)) - bootS;
    await vm.kill();
    return { 'PID 1': atS, boel, image };
  });
}
