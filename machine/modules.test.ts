import { describe, expect, it } from 'vitest';
import { recorderIo } from '../test/helpers/recorder-io.ts';
import { modprobeCalls, probeModaliases, probeModuleDir } from './modules.ts';

describe('modules', () => {
  it('are asked for by the devices of all buses but processors, each once', async () => {
    const stdout = 'pci:v1\ncpu:type:x86\npci:v1\nacpi:PNP0A03:\nMMC_NAME=SD:1\nMODALIAS=mmc:block\n';
    const { io } = recorderIo({ answer: () => ({ code: 2, stdout }) });
    expect(await probeModaliases(io)).toEqual(['acpi:PNP0A03:', 'mmc:block', 'pci:v1']);
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
