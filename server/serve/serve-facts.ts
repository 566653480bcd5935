import type { Group } from '../../common/model/groups.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { ServerCard, Networks } from '../config/networks.ts';
import type { ServerPaths } from '../config/paths.ts';
import type { ServerConfig } from '../config/server-toml.ts';
import type { IpxeFile } from '../../common/boot/firmware-files.ts';
import type { Netboot } from '../netboot/netboot.ts';
import type { KnownHost } from '../config/hosts-json.ts';
import type { DhcpMode } from './dnsmasq-conf.ts';
import type { User } from './service-user.ts';

/** The options of `serve`, and what it found. */
export type ServeFacts = {
  /** --root. */
  root: AbsPath;
  paths: ServerPaths;
  config: ServerConfig;
  ports: { rsync: number; http: number };
  networks: Networks;
  /** The addresses of this server. */
  cards: ServerCard[];
  /** The names of this server, in lower case. */
  names: string[];
  images: string[];
  hosts: KnownHost[];
  netboot: Netboot;
  groups: Group[];
  web: WebUser;
  /** Undefined without --dhcp. */
  dhcp?: DhcpFacts;
};

/** What DHCP and TFTP need: the card where machines boot, the user that dnsmasq becomes, and the iPXE programs of this server. */
export type DhcpFacts = {
  mode: DhcpMode;
  card: ServerCard;
  user: string;
  ipxe: IpxeFile[];
  /** As a proxy, this dnsmasq can also answer machines that boot by HTTP. */
  proxiesHttp: boolean;
};

/** The user of the HTTP server. */
export type WebUser = {
  /** Undefined if `serve` itself is not root: the HTTP server stays the same user. */
  user?: User;
  /** A directory that bars this user from files to serve: the HTTP server then may read all that root may. */
  barrier?: AbsPath;
};
