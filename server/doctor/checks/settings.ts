import { UserError } from '../../../common/system/errors.ts';
import { readGroupsToml } from '../../config/groups-toml.ts';
import { readServerConfig } from '../../config/server-toml.ts';
import { readHosts } from '../../config/hosts-json.ts';
import { readNetboot } from '../../netboot/netboot.ts';
import { type Check, type Finding, wrong } from '../check.ts';

/** The settings and lists of the server can be read. */
export const settings: Check = {
  name: 'settings',
  good: 'server.toml, groups.toml, hosts.json and netboot.json read',
  async run({ io, paths }) {
    const findings: Finding[] = [];
    const reads = [
      () => readServerConfig(io, paths.config),
      () => readGroupsToml(io, paths.groups),
      () => readHosts(io, paths.hosts),
      () => readNetboot(io, paths.netboot),
    ];
    for (const read of reads)
      try {
        await read();
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        findings.push(wrong(error.message, error.hint));
      }
    return findings;
  },
};
