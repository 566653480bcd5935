import { UserError } from '../../common/system/errors.ts';
import { elfSection } from '../packages/elf.ts';

// Parsed by hand: depmod(8) does not list firmware, and the build machine's kmod may not know the modules' compression.

/** What a kernel module says of itself in its section .modinfo (modinfo(8)). */
export type ModuleInfo = {
  depends: string[];
  /** Modules to load before or after it, by name or alias. */
  softdeps: string[];
  aliases: string[];
  firmware: string[];
  /** Kernel version and what else must be the same in the kernel: `6.1.0-56-amd64 SMP preempt …`. */
  vermagic: string;
};

/** Reads a module's `name=value` texts, which end in NUL. */
export function readModinfo(bytes: Buffer, name: string): ModuleInfo {
  const section = elfSection(bytes, '.modinfo', name);
  if (!section) throw new UserError(`${name} is no kernel module`, 'Remove the file from the folder of modules.');
  const values = (key: string) =>
    section
      .toString('latin1')
      .split('\0')
      .filter((text) => text.startsWith(`${key}=`))
      .map((text) => text.slice(key.length + 1));
  const names = (texts: string[]) => texts.flatMap((text) => text.split(/[\s,]+/)).filter(Boolean);
  return {
    depends: names(values('depends')).map((one) => one.replaceAll('-', '_')),
    softdeps: names(values('softdep')).filter((one) => !/^(pre|post):$/.test(one)),
    aliases: values('alias'),
    firmware: values('firmware'),
    vermagic: values('vermagic')[0] ?? '',
  };
}
