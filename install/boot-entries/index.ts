import { bootNext } from './boot-next.ts';
import type { EntryWay } from './boot-entry.ts';
import { extlinux } from './extlinux.ts';
import { grubLegacy } from './grub-legacy.ts';
import { grub } from './grub.ts';
import { lilo } from './lilo.ts';
import { systemdBoot } from './systemd-boot.ts';

/** Every way to start something else the next time, but kexec, which needs no loader. */
export const entryWays = [bootNext, grub, systemdBoot, grubLegacy, lilo, extlinux] as EntryWay[];
