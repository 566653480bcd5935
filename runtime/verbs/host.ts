import { type IpAssignment, ipAssignments } from '../../common/model/script.ts';
import { Option } from 'commander';
import { type HostName, hostPart } from '../../common/model/names.ts';
import type { State } from '../../common/model/state.ts';
import { UserError } from '../../common/system/errors.ts';
import { inside } from '../../common/system/inside.ts';
import { inChroot } from '../../install/chroot/in-chroot.ts';
import { type CloneFacts, drawIdentity, planClone, probeClone } from '../../install/identity/clone-hygiene.ts';
import { calmCloudInit, cloudInitFolder } from '../../install/identity/cloud-init.ts';
import { goldenNamesIn, type NameFile, probeNameFiles, withName } from '../../install/identity/names.ts';
import { planNames } from '../../install/identity/plan-names.ts';
import { newHostKeys } from '../../install/identity/ssh-host-keys.ts';
import type { NetworkWish } from '../../install/network/flavour.ts';
import { networkFlavours } from '../../install/network/index.ts';
import { type NetworkFacts, planNetwork, probeNetwork, sayNetwork } from '../../install/network/plan-network.ts';
import { checkMounted } from './mounted.ts';
import { networkWish } from './network-wish.ts';
import { targetRoot, type Verb } from './verb.ts';
import { settingOf } from '../../common/model/settings.ts';

type Options = { ip: IpAssignment };
type Facts = {
  hosts: string;
  /** Files that may hold the golden client's name. */
  names: NameFile[];
  clone: CloneFacts;
  hasCloudInit: boolean;
  network: NetworkFacts;
};

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
export const host: Verb<Facts, Options> = {
  name: 'host',
  summary: 'give the target its name, its network, and ids and keys of its own',
  declare: (command) =>
    command.addOption(
      new Option('--ip <how>', 'how it gets its address; replicant leaves the golden client’s network files')
        .choices(ipAssignments)
        .default('dhcp'),
    ),
  needs: { programs: {}, modules: [] },

  async probe({ io, state }) {
    await checkMounted(io, state);
    const tree = inside(io, targetRoot);
    return {
      names: await probeNameFiles(tree),
      hosts: (await tree.readText('/etc/hosts')) ?? '',
      clone: await probeClone(io, targetRoot, drawIdentity(), state),
      hasCloudInit: await tree.exists(cloudInitFolder),
      network: await probeNetwork(tree),
    };
  },

  plan(facts, state, options) {
    const name = hostNameOf(state);
    const domain = domainOf(state);
    const wish = wishOf(facts, state, options);
    const address = wish?.mode === 'static' ? wish.address : undefined;
    const names = { golden: goldenNamesIn(facts.names), host: name, domain, address };
    const named = planNames(facts.names, facts.hosts, names, targetRoot);
    const steps = [
      ...named.steps,
      ...(wish ? planNetwork(facts.network, wish, targetRoot, (path, text) => withName(path, text, names)) : []),
      ...planClone(facts.clone, targetRoot, state),
    ];
    if (facts.hasCloudInit) steps.push(calmCloudInit(targetRoot, wish !== undefined));
    const { sshd, oddKeys } = facts.clone;
    const keys = newHostKeys(targetRoot, sshd?.keygen ?? false, oddKeys);
    if (keys.length > 0) steps.push(inChroot(targetRoot, 'New ssh host keys', keys));
    const how = wish ? `${wish.mode} by ${facts.network.writer?.flavour.name}` : 'its network as the golden client';
    const noKeys =
      sshd && !sshd.keygen ? ' The image has sshd without ssh-keygen: its host keys are removed, not remade.' : '';
    const say = [
      `This machine is ${name}${domain ? `.${domain}` : ''}, ${how}.${noKeys}`,
      ...(wish ? sayNetwork(facts.network) : []),
      ...named.say,
    ];
    return { say: say.join('\n'), steps };
  },
};

/** The wish, where the image says its network in a way that we can write. */
function wishOf({ network }: Facts, state: State, { ip }: Options): NetworkWish | undefined {
  if (ip === 'replicant') return undefined;
  if (!network.writer)
    throw new UserError(
      `the image configures its network by none of ${networkFlavours.map((one) => one.name).join(', ')}`,
      'Use `boel host --ip replicant`, and write the configuration by an override or a post-install script.',
    );
  return networkWish(state, ip);
}
