import { describe, expect, it } from 'vitest';
import { recorderIo } from '../test/helpers/recorder-io.ts';
import { modprobeCalls, probeModaliases, probeModuleDir } from './modules.ts';

describe('modules', () => {
  it('are asked for by what the devices call themselves, each once', async () => {
    const { io } = recorderIo({
      files: {
        '/sys/devices/a/modalias': 'pci:v1\n',
        '/sys/devices/b/modalias': 'pci:v1\n',
        '/sys/devices/c/modalias': '\n',
      },
      answer: () => ({ stdout: ['a', 'b', 'c', 'gone'].map((name) => `/sys/devices/${name}/modalias\n`).join('') }),
    });
    expect(await probeModaliases(io)).toEqual(['pci:v1']);
  });

  it('of SD cards and eMMC are named in uevent alone', async () => {
    const { io } = recorderIo({
      files: {
        '/sys/devices/pci0000:00/modalias': 'pci:v1\n',
        '/sys/bus/mmc/devices/mmc0:4567/uevent': 'MMC_TYPE=SD\nMODALIAS=mmc:block\n',
      },
      answer: () => ({ stdout: '' }),
    });
    expect(await probeModaliases(io)).toEqual(['mmc:block']);
  });

  it('are loaded in calls that fit a command line', () => {
    expect(modprobeCalls([])).toEqual([]);
    expect(modprobeCalls(['a', 'b'])).toEqual([['modprobe', '-a', '-b', '-q', '--', 'a', 'b']]);
    expect(modprobeCalls(Array.from({ length: 401 }, (_, at) => `${at}`)).map((call) => call.length)).toEqual([
      205, 205, 6,
    ]);
  });

  it.each([
    [{ '/proc/sys/kernel/osrelease': '6.1.0\n', '/lib/modules/6.1.0/modules.alias': '' }, '/lib/modules/6.1.0'],
    [{ '/proc/sys/kernel/osrelease': '6.1.0\n', '/lib/modules/6.2.0/modules.alias': '' }, undefined],
  ])('lie in the folder of the running kernel', async (files, expected) => {
    expect(await probeModuleDir(recorderIo({ files }).io)).toBe(expected);
  });
});
