import { type IpAssignment, ipAssignments, ipAssignmentWords } from '../../common/model/script.ts';
import { Option } from 'commander';
import { type HostName, hostPart } from '../../common/model/names.ts';
import { settingOf } from '../../common/model/settings.ts';
import type { State } from '../../common/model/state.ts';
import { UserError } from '../../common/system/errors.ts';
import { type IdentityFacts, planIdentity, probeIdentity } from '../../install/identity/plan-identity.ts';
import { checkMounted } from '../../install/target/mounted.ts';
import { isFromMedium } from '../../install/transports/index.ts';
import { networkWish } from './network-wish.ts';
import { targetRoot, type Verb } from './verb.ts';

type Options = { ip: IpAssignment };

function hostNameOf(state: State): HostName {
  const name = hostPart(settingOf(state.settings, 'HOSTNAME') ?? '');
  if (name === undefined)
    throw new UserError('nobody said what this machine is called', 'Set HOSTNAME at the boot prompt or in local.cfg.');
  return name;
}

/** DOMAINNAME, or what follows the first dot of HOSTNAME. */
function domainOf(state: State): string | undefined {
  const [, domain] = /\.(.+)/s.exec(settingOf(state.settings, 'HOSTNAME') ?? '') ?? [];
  return settingOf(state.settings, 'DOMAINNAME') ?? domain;
}

/** boel host --ip dhcp|static|replicant: makes the copy a machine of its own: name, network, keys and ids. */
export const host: Verb<IdentityFacts, Options> = {
  name: 'host',
  summary: 'give the installed system its own host name, network settings, machine ids and keys',
  declare: (command) =>
    command.addOption(new Option('--ip <how>', ipAssignmentWords).choices(ipAssignments).default('dhcp')),
  needs: { programs: {}, modules: [] },

  async probe({ io, state }) {
    await checkMounted(io, state, targetRoot);
    return probeIdentity(io, targetRoot, state);
  },

  plan(facts, state, { ip }) {
    // A machine that installs from a medium may have no card; then the network of the image stays.
    const hasCard = state.card !== undefined || !isFromMedium(state.settings);
    const network = ip === 'replicant' || !hasCard ? undefined : networkWish(state, ip);
    return planIdentity(facts, { host: hostNameOf(state), domain: domainOf(state), network }, targetRoot, state);
  },
};
