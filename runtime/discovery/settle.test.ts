import { describe, expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { settleDevices } from './settle.ts';

const modules = { '/proc/sys/kernel/osrelease': '6.1.0\n', '/lib/modules/6.1.0/modules.alias': '' };

describe('settleDevices', () => {
  it('loads what devices ask for, also those that a loaded driver brings, until it is quiet', async () => {
    let asked = 'pci:ahci\n';
    const { io, did, files } = recorderIo({
      files: modules,
      answer({ argv }) {
        if (argv[0] === 'sh') return { stdout: asked };
        if (argv.includes('pci:ahci')) asked += 'scsi:disk\n';
        if (argv.includes('scsi:disk')) files.set('/sys/class/block/sda/size', '1\n');
        return {};
      },
    });
    await settleDevices(io, { say: () => {} });
    expect(did.filter((line) => line.includes('modprobe'))).toEqual([
      'run modprobe -a -b -q -- pci:ahci',
      'run modprobe -a -b -q -- scsi:disk',
    ]);
  });

  it('starts no modprobe where the kernel has no modules', async () => {
    const { io, did } = recorderIo({ answer: () => ({ stdout: 'pci:ahci\n' }) });
    await settleDevices(io, { say: () => {} });
    expect(did).toEqual([]);
  });

  it('waits for a stick whose driver has not looked at it yet', async () => {
    const stick = '/sys/bus/usb/devices/1-1:1.0';
    const { io, files } = recorderIo({
      files: { ...modules, [`${stick}/bInterfaceClass`]: '08\n', [`${stick}/driver`]: { link: '../usb-storage' } },
    });
    let rounds = 0;
    const sleep = async () => {
      rounds += 1;
      if (rounds === 20) files.set('/sys/class/block/sda', { link: '../../devices/pci0/usb1/1-1/1-1:1.0/block/sda' });
    };
    await settleDevices({ ...io, sleep }, { say: () => {} });
    expect(rounds).toBeGreaterThan(20);
    expect(rounds).toBeLessThan(40);
  });

  it('goes on in the end, and says so', async () => {
    const said: string[] = [];
    let rounds = 0;
    const { io, files } = recorderIo({ files: modules });
    const sleep = async () => {
      rounds += 1;
      files.set(`/sys/class/block/sd${rounds}`, '');
    };
    await settleDevices({ ...io, sleep }, { say: (line) => void said.push(line) });
    expect([rounds, said]).toEqual([
      150,
      ['New devices still appear after 30 s; continuing with the devices found so far.'],
    ]);
  });
});
