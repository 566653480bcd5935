import { z } from 'zod';
import { Mac } from '../../common/model/mac.ts';
import { DomainName, HostName, ImageName } from '../../common/model/names.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { type Readable, readJsonFile, readMachines } from './json-file.ts';

/** One machine of hosts.json. */
export const KnownHost = z.object({
  host: HostName,
  domain: DomainName.optional(),
  mac: Mac.optional(),
  ip: z.ipv4().optional(),
  image: ImageName.optional(),
  /** Groups besides those of groups.toml. */
  groups: z.array(ImageName).optional(),
});
export type KnownHost = z.infer<typeof KnownHost>;

/** hosts.json: the machines that addclients made known; the DHCP server gives them their names and addresses. */
export const HostsFile = z.object({ version: z.literal(1), machines: z.array(KnownHost) });
const noHosts: z.infer<typeof HostsFile> = { version: 1, machines: [] };

/** The machines of hosts.json. */
export async function readHosts(io: ReadIo, at: AbsPath): Promise<KnownHost[]> {
  return (await readJsonFile(io, at, HostsFile, noHosts)).machines;
}

/** The valid machines of hosts.json; `broken` names the others. */
export async function readableHosts(io: ReadIo, at: AbsPath): Promise<Readable<KnownHost[]>> {
  const { value, broken } = await readMachines(io, at, HostsFile, noHosts);
  return { value: value.machines, broken };
}

/** The text of hosts.json. */
export function printHosts(machines: readonly KnownHost[]): string {
  return `${JSON.stringify({ version: 1, machines }, undefined, 2)}\n`;
}
