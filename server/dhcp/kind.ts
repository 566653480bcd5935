import type { Argv } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Identity, Machine } from './identity.ts';
import type { Subnet } from './subnet.ts';

/** An address that a DHCP server gave to a machine. Its name is what the machine calls itself: not checked. */
export type Lease = Machine & {
  ip: string;
  /** When it ends, in ms since 1970; Infinity for never. */
  endsMs: number;
  /** False where the machine gave it back. */
  isHeld: boolean;
};

/** What a lease file says of an address: who has or had it, or that nobody has it (declined, abandoned, free). */
export type LeaseEntry = Lease | { ip: string; mac?: undefined };

/** A machine that always gets the same address. */
export type Reservation = {
  mac: string;
  /** An IPv4 address, or the machine's name where the server looks addresses up by name. */
  address: string;
  /** What that name means now: no range may hand it out. */
  ip?: string;
  /** Its name, with its domain or without. */
  name?: string;
};

/**
 * One that a configuration has: of ours, or of the administrator's by whatever identity. Its `address` is empty where it only
 * sets a name, options or a lease time.
 */
export type Reserved =
  | (Reservation & { isOurs: true })
  | (Pick<Reservation, 'address' | 'ip' | 'name'> & { by: Identity; isOurs: false });

/** A configuration of the administrator's, and what to say of it in errors. */
export type Configuration = {
  text: string;
  file: string;
  /** Files that the server reads with it: they stay as they are, and count. */
  others?: readonly Configuration[];
  /** True where the server that runs here reads it. */
  isRead?: boolean;
  /** True where the file is a list in words of its own, and `text` is what these mean in a configuration. */
  isTranslated?: boolean;
};

/** A file that a configuration has the server read, or a folder of them. */
export type Included = {
  at: AbsPath;
  /** The files of a folder that count; all without it. */
  takes?: (name: string) => boolean;
  /** Where the file is a list in words of its own: what they mean in a configuration. */
  translate?: (text: string) => string;
};

/**
 * A DHCP server that mkdhcpserver and mkdhcpstatic know. What they write lies in a part of the configuration that is marked
 * as ours; everything else stays as it is, byte for byte.
 */
export type DhcpKind = {
  name: 'isc' | 'kea' | 'dnsmasq';
  /** For people. */
  title: string;
  /** A file that is there where this server is installed. */
  installed: AbsPath;
  /** The daemon. */
  program: AbsPath;
  /** True where it does not start without a lease file. */
  needsLeaseFile: boolean;
  /** The systemd unit to restart. */
  unit: string;
  /** Where its configuration may lie; the first is ours to choose where there is none. */
  configurations: readonly [AbsPath, ...AbsPath[]];
  /** Where its leases may lie. */
  leaseFiles: readonly [AbsPath, ...AbsPath[]];
  /** True where reservations stand among the leases too. */
  reservesInLeases: boolean;
  /** Ends of names of files to be read before a lease file, in this order: the first of these sets that is there. */
  olderLeases: readonly (readonly string[])[];
  /** False where a reservation must have an address, not a name. */
  looksUpNames: boolean;
  /** True where reservations may stand in a file of their own. */
  needsSubnet: boolean;
  /** Asks the daemon whether it accepts this file. */
  check(file: AbsPath): Argv;
  /** What that file is to hold: all that the daemon will read, as far as that goes. */
  checked(configuration: Configuration): string;
  /** What it reads first, by itself, whatever configuration we change. */
  first: readonly Included[];
  /** What else the server reads, where it reads this. */
  includes(configuration: Configuration): Included[];
  /** True where mkdhcpserver or mkdhcpstatic wrote a part of it. */
  isOurs(configuration: Configuration): boolean;
  /** The configuration with this network in it, in place of what it said of the same network. */
  withSubnet(configuration: Configuration, subnet: Subnet): Promise<string>;
  /** Remarks on what stays as the administrator wrote it, although it matters. */
  remarks(configuration: Configuration, subnet: Subnet): string[];
  /** A test for the addresses that may be reserved in it: those of the networks that it has. */
  serves(configuration: Configuration): (ip: string) => boolean;
  /** What is reserved in it, by us and by others. */
  reserved(configuration: Configuration): Reserved[];
  /** Remarks on reservations that the server finds where nobody can see them here, and on ours where the server does not look for them. */
  unseen(configuration: Configuration): string[];
  /** The configuration with these as our reservations. */
  withReservations(configuration: Configuration, reservations: readonly Reservation[]): string;
  /** True for a lease file of this server. */
  isLeaseFile(text: string): boolean;
  /** What it says of addresses, in the order of the file. UserError with the line of garbage. */
  parseLeases(text: string, file: string): LeaseEntry[];
};

/** The error for a line of a lease file that makes no sense. */
export const leaseHint = 'Look at that line: the DHCP server itself did not write it so.';
