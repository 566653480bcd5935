import type { SettingName } from '../../common/model/settings.ts';
import type { InitrdFacts, KernelFacts } from './boot-parts.ts';
import type { Start } from './menus.ts';

/** What a file or device turned out to be. */
export type Kind =
  | 'iso'
  | 'floppy'
  | 'stick'
  | 'boot server folder'
  | 'BOEL folder'
  | 'kernel'
  | 'initrd'
  | 'disk'
  | 'fat';

/** What `inspect` tells; --json prints it as it is. */
export type Report = {
  file: string;
  kind: Kind;
  /** One line for people. */
  what: string;
  /** False: somebody else made it. Undefined: the file does not tell, as a kernel alone. */
  isOurs: boolean | undefined;
  label?: string;
  /** Bytes of a sector, by the partition table. */
  sectorBytes?: number;
  starts: Start[];
  /** The image server, and who names it. */
  server?: { address: string; from: string };
  /** The image server of the boot programs, which counts where local.cfg names none. */
  namedServer?: string;
  /** The machine that it is for, as the end of a sentence. */
  forWhom?: string;
  localCfg?: Partial<Record<SettingName, string>>;
  /** Kernels and initrds, with the folder or the file that holds them. */
  parts: { at: string; kernel?: KernelFacts; initrd?: InitrdFacts }[];
  images: string[];
  /** How many files have the sum that the medium lists. */
  goodFiles: number;
  /** Why the medium is not whole, or will not do what it should. */
  problems: string[];
  notes: string[];
};

/** A report in which nothing was found yet. */
export const emptyReport = (file: string, kind: Kind, what: string): Report => ({
  file,
  kind,
  what,
  isOurs: undefined,
  starts: [],
  parts: [],
  images: [],
  goodFiles: 0,
  problems: [],
  notes: [],
});
