import { z } from 'zod';
import { DomainName } from '../../common/model/names.ts';
import { defaultPorts } from '../../common/model/settings.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { ipxeProblem } from '../../common/templates/languages.ts';
import { readToml } from './toml.ts';

const Port = z.int().min(1).max(65535);
const Network = z.union(
  [z.literal('*'), z.cidrv4(), z.cidrv6()],
  'write a network as 10.0.0.0/24, or "*" for everybody',
);

/** Two IPv4 addresses as FIRST-LAST. */
const AddressRange = z
  .templateLiteral([z.ipv4(), '-', z.ipv4()], 'write a range as 10.0.0.100-10.0.0.200')
  .transform((text) => text.split('-') as [string, string]);

/** /etc/systemimager/server.toml. Everything has a default: the server works without the file. */
export const ServerConfig = z.strictObject({
  /** The networks to answer; by default the subnets of the server's own network cards. */
  networks: z.array(Network).min(1).optional(),
  /** More names of this server, by which machines and browsers ask for it. */
  names: z.array(DomainName).default([]),
  /** What an unknown machine does when it boots from the network. */
  unknown: z.enum(['install', 'local']).default('install'),
  /** More words for the kernel command line of BOEL. */
  append: z
    .string()
    .regex(/^[\x20-\x7e]*$/, 'one line of plain ASCII')
    .superRefine((text, context) => {
      for (const word of text.split(/\s+/).filter(Boolean)) {
        const message = ipxeProblem(word);
        if (message !== undefined) context.addIssue({ code: 'custom', message: `${JSON.stringify(word)}: ${message}` });
      }
    })
    .default(''),
  ports: z
    .strictObject({ rsync: Port.default(defaultPorts.rsync), http: Port.default(defaultPorts.http) })
    .prefault({}),
  rsync: z
    .strictObject({
      max_connections: z.int().min(1).default(100),
      /** How many of these connections may come from one address. */
      max_connections_per_address: z.int().min(1).default(16),
      /** rsyncd.conf(5) timeout: a client that is silent for this time is disconnected. */
      timeout_seconds: z.int().min(10).default(600),
    })
    .prefault({}),
  reports: z
    .strictObject({
      /** Reports of installations older than this are removed. */
      keep_days: z.int().min(1).default(365),
      /** The room that all reports may take; the oldest reports are removed first. */
      keep_megabytes: z.int().min(10).default(512),
    })
    .prefault({}),
  dhcp: z
    .strictObject({
      /** First and last address to hand out, as FIRST-LAST; by default the upper half of the interface's subnet. */
      range: AddressRange.optional(),
      router: z.ipv4().optional(),
      dns: z.array(z.ipv4()).default([]),
      domain: DomainName.optional(),
      /** UEFI gets shim and grub, which Secure Boot accepts, in place of iPXE. */
      secure_boot: z.boolean().default(false),
      /** What UEFI that boots by HTTP gets; by default the ISO with secure_boot, else iPXE. */
      http_boot: z.enum(['ipxe', 'iso']).optional(),
      lease_seconds: z.int().min(120).default(43_200),
    })
    .prefault({}),
});
export type ServerConfig = z.infer<typeof ServerConfig>;

/** Reads the text of server.toml. */
export function parseServerConfig(text: string, file: string): ServerConfig {
  return readToml(text, file, ServerConfig, 'docs/examples/server.toml');
}

/** Reads server.toml; a missing file means the defaults. */
export async function readServerConfig(io: ReadIo, file: AbsPath): Promise<ServerConfig> {
  return parseServerConfig((await io.readText(file)) ?? '', file);
}
