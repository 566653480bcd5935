import type { DiskOrigin } from './disk-origin.ts';
import type { BusName } from './layout/match.ts';

/** A disk of this machine that might become a target. Sizes in bytes. */
export type DiskFacts = {
  /** /dev/vda. */
  node: `/${string}`;
  /** MAJOR:MINOR. */
  devno: string;
  bytes: number;
  sectorBytes: number;
  /** 0 if the disk does not say. */
  optimalIoBytes: number;
  /** Never of the kind `made`. */
  origin: DiskOrigin;
  readOnly: boolean;
  /** A machine holds a persistent reservation on it (SPC-4, section 5.13). */
  reserved?: boolean;
  /** The disk's directory below /sys, which names the controller and the port; it puts disks in order. */
  path: string;
  /** Empty if the disk has no serial number; `wwn` and `model` may be empty, too. */
  serial: string;
  wwn: string;
  model: string;
  bus: BusName;
  parts: PartFacts[];
};

/** A partition that the kernel sees. */
export type PartFacts = { number: number; node: `/${string}`; startBytes: number; sizeBytes: number };

/** What a layout is fitted to. `disks` are in the order of their paths. */
export type Machine = { firmware: 'bios' | 'uefi'; disks: DiskFacts[] };
