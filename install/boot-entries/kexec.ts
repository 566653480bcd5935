import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { BootEntry } from './boot-entry.ts';

/** Why this kernel starts no other kernel; undefined if it does. */
export async function whyNoKexec(io: ReadIo): Promise<string | undefined> {
  const lockdown = (await io.readText('/sys/kernel/security/lockdown'))?.trim() ?? '';
  if (/\[(integrity|confidentiality)\]/.test(lockdown))
    return `the kernel is locked down (${lockdown}), and starts no other kernel by kexec`;
  const disabled = (await io.readText('/proc/sys/kernel/kexec_load_disabled'))?.trim();
  if (disabled === undefined) return 'this kernel has no kexec (CONFIG_KEXEC)';
  const version = await io.run({ argv: ['kexec', '--version'] }).catch(() => undefined);
  if (version?.code !== 0) return 'the program kexec is missing: install the package kexec-tools';
  return disabled === '1' ? 'kexec is switched off until the next start (kernel.kexec_load_disabled=1)' : undefined;
}

/** Where kernel and initrd lie until kexec has read them. */
export const kexecFolder: AbsPath = '/var/lib/systemimager/reinstall';

/** Loads the kernel. Nothing on the disk leads to it: after a failure, the next start is the old system. */
export function kexecLoad({ kernel, initrds: [initrd], words }: BootEntry): Step {
  return {
    why: 'Load the installer’s kernel',
    kind: 'run',
    argv: ['kexec', '--load', kernel, `--initrd=${initrd}`, `--command-line=${words.join(' ')}`],
  };
}

/** Starts the loaded kernel; with systemd, after all services have stopped. */
export function kexecNow(hasSystemd: boolean): Step[] {
  if (hasSystemd)
    return [{ why: 'Stop all services, and start the installer', kind: 'run', argv: ['systemctl', 'kexec'] }];
  return [
    { why: 'Write all to the disk', kind: 'run', argv: ['sync'] },
    { why: 'Start the installer', kind: 'run', argv: ['kexec', '--exec'] },
  ];
}
