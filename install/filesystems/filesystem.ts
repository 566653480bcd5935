import type { Needs } from '../../common/model/needs.ts';
import type { FilesystemState } from '../../common/model/target.ts';
import type { Step } from '../../common/system/step.ts';

/** What a tool reports of a filesystem that was made elsewhere; common/model/storage.ts names the tool. */
export type MadeLike = {
  features?: readonly string[] | undefined;
  blockBytes?: number | undefined;
  inodeBytes?: number | undefined;
  /** The version of its format, as FAT32. */
  version: string;
};

/** A filesystem type (or swap). One file each in this folder; docs/adding-a-filesystem.md follows one. */
export type Filesystem = {
  /** The name in a script's [filesystems], in fstab(5) and for mount(8) -t. */
  name: string;
  /** Other names for the same type in scripts and fstab. */
  aliases?: string[];
  needs: Needs;
  /** Keys that the script's line may have besides label= and uuid=. */
  optionNames: string[];
  /** Longest label in bytes; 0 if labels do not exist. */
  labelBytes: number;
  /** The smallest partition that mkfs accepts, in bytes. */
  minBytes: number;
  /** True if the type keeps owners, modes and links; files for other types are pulled by a call of their own. */
  posix: boolean;
  /** A new UUID in this type's notation, from 16 random bytes. */
  formatUuid(random: Uint8Array): string;
  /** True if the text is a UUID in this type's notation. */
  isUuid(text: string): boolean;
  /** Makes the filesystem. The state has been checked against the members above. */
  make(wish: FilesystemState): Step[];
  /** Mount options for the installation, besides the script's options that matter to the content. */
  installMountOptions?: string[];
  /** What is wrong with the values of the line's keys, as one sentence; undefined if all values are right. */
  checkOptions?(options: Readonly<Record<string, string>>): string | undefined;
  /** The keys of a script's line for a filesystem that the same kernel and grub can read; unknown features are left out. */
  optionsLike?(made: MadeLike): Record<string, string>;
  /** Bytes needed on the disk for so much content; a rule of thumb with its source, rather too low than too high. */
  bytesFor(content: { bytes: number; inodes: number }, options?: Readonly<Record<string, string>>): number;
};
