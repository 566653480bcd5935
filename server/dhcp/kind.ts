import type { Argv } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Identity, Machine } from './identity.ts';
import type { Subnet } from './subnet.ts';

/** An address that a DHCP server gave to a machine. `name` is what the machine calls itself: not checked. */
export type Lease = Machine & {
  ip: string;
  /** When the lease ends, in ms since 1970; Infinity for never. */
  endsMs: number;
  /** False if the machine gave the address back. */
  isHeld: boolean;
};

/** The entry of an address in a lease file: the machine that has or had it, or no machine (declined, abandoned, free). */
export type LeaseEntry = Lease | { ip: string; mac?: undefined };

/** A machine that always gets the same address. */
export type Reservation = {
  mac: string;
  /** An IPv4 address, or the machine's name if the server looks addresses up by name. */
  address: string;
  /** The address of that name now: no range may hand it out. */
  ip?: string;
  /** Its name, with its domain or without. */
  name?: string;
};

/**
 * A reservation in a configuration: one of ours, or one of the administrator's by any identity. `address` is empty if the
 * reservation only sets a name, options or a lease time.
 */
export type Reserved =
  | (Reservation & { isOurs: true })
  | (Pick<Reservation, 'address' | 'ip' | 'name'> & { by: Identity; isOurs: false });

/** The text of a configuration, and the file name for errors. */
export type Configuration = {
  text: string;
  file: string;
  /** Other files that the server reads with this one: they are not changed, but count. */
  others?: readonly Configuration[];
  /** True if the server of this machine reads this file. */
  isRead?: boolean;
  /** True if the file is a list in a format of its own, and `text` is that list in configuration lines. */
  isTranslated?: boolean;
};

/** A file, or a folder of files, that a configuration has the server read. */
export type Included = {
  at: AbsPath;
  /** The files of a folder that count; by default all. */
  takes?: (name: string) => boolean;
  /** For a list in a format of its own: translates the list into configuration lines. */
  translate?: (text: string) => string;
};

/**
 * A DHCP server that mkdhcpserver and mkdhcpstatic know. Both write only into parts of the configuration that are marked as
 * ours; everything else stays as it is, byte for byte.
 */
export type DhcpKind = {
  name: 'isc' | 'kea' | 'dnsmasq';
  /** For people. */
  title: string;
  /** A file that exists if this server is installed. */
  installed: AbsPath;
  /** The daemon. */
  program: AbsPath;
  /** True if the daemon does not start without a lease file. */
  needsLeaseFile: boolean;
  /** The systemd unit to restart. */
  unit: string;
  /** Where the server's configuration may lie; a new configuration goes to the first place. */
  configurations: readonly [AbsPath, ...AbsPath[]];
  /** Where the server's leases may lie. */
  leaseFiles: readonly [AbsPath, ...AbsPath[]];
  /** True if the lease file holds reservations too. */
  reservesInLeases: boolean;
  /** Endings of files to read before a lease file, in this order; only the first set that exists counts. */
  olderLeases: readonly (readonly string[])[];
  /** False if a reservation must have an address, not a name. */
  looksUpNames: boolean;
  /** False if reservations may stand in a file of their own. */
  needsSubnet: boolean;
  /** The command that asks the daemon whether it accepts this file. */
  check(file: AbsPath): Argv;
  /** The text of that file: all that the daemon will read, as far as we know it. */
  checked(configuration: Configuration): string;
  /** The files that the daemon reads by itself, whichever configuration we change. */
  first: readonly Included[];
  /** The files that this configuration has the server read as well. */
  includes(configuration: Configuration): Included[];
  /** True if mkdhcpserver or mkdhcpstatic wrote a part of it. */
  isOurs(configuration: Configuration): boolean;
  /** The configuration with this network, which replaces our part about the same network. */
  withSubnet(configuration: Configuration, subnet: Subnet): Promise<string>;
  /** Remarks on settings that matter, but that only the administrator can change. */
  remarks(configuration: Configuration, subnet: Subnet): string[];
  /** A test for the addresses that may be reserved in a configuration: those of its networks. */
  serves(configuration: Configuration): (ip: string) => boolean;
  /** What is reserved in it, by us and by others. */
  reserved(configuration: Configuration): Reserved[];
  /** Remarks on reservations that the server has in places that we do not read, and on ours if the server does not look for them. */
  unseen(configuration: Configuration): string[];
  /** The configuration with these as our reservations. */
  withReservations(configuration: Configuration, reservations: readonly Reservation[]): string;
  /** True for a lease file of this server. */
  isLeaseFile(text: string): boolean;
  /** The entries of a lease file, in the order of the file. UserError names a line that makes no sense. */
  parseLeases(text: string, file: string): LeaseEntry[];
};

/** The error for a line of a lease file that makes no sense. */
export const leaseHint = 'Look at that line: the DHCP server itself did not write it so.';
