import type { HostName } from '../../common/model/names.ts';
import type { Target } from '../../common/model/target.ts';
import { UserError } from '../../common/system/errors.ts';
import { inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Plan } from '../../common/system/step.ts';
import { inChroot } from '../chroot/in-chroot.ts';
import { calmCloudInit, cloudInitFolder } from '../network/cloud-init.ts';
import type { NetworkWish } from '../network/flavour.ts';
import { networkFlavours } from '../network/index.ts';
import { type NetworkFacts, planNetwork, probeNetwork, sayNetwork } from '../network/plan-network.ts';
import { type CloneFacts, drawIdentity, planClone, probeClone } from './clone-hygiene.ts';
import { goldenNamesIn, type NameFile, probeNameFiles, withName } from './names.ts';
import { planNames } from './plan-names.ts';
import { newHostKeys } from './ssh-host-keys.ts';

/** The wished identity of a copy: its name, and its network; undefined: the golden client's network stays. */
export type IdentityWish = { host: HostName; domain: string | undefined; network: NetworkWish | undefined };

/** What an image says of the golden client. */
export type IdentityFacts = {
  hosts: string;
  /** Files that may hold the golden client's name. */
  names: NameFile[];
  clone: CloneFacts;
  hasCloudInit: boolean;
  network: NetworkFacts;
};

/** Looks into the tree below `root`, and draws the values that must differ between machines. */
export async function probeIdentity(io: ReadIo, root: AbsPath, target: Target): Promise<IdentityFacts> {
  const tree = inside(io, root);
  return {
    names: await probeNameFiles(tree),
    hosts: (await tree.readText('/etc/hosts')) ?? '',
    clone: await probeClone(io, root, drawIdentity(), target),
    hasCloudInit: await tree.exists(cloudInitFolder),
    network: await probeNetwork(tree),
  };
}

/** Makes the copy a machine of its own: name, network, keys and ids. */
export function planIdentity(facts: IdentityFacts, wish: IdentityWish, root: AbsPath, target: Target): Plan {
  const { host, domain, network } = wish;
  if (network && !facts.network.writer)
    throw new UserError(
      `the image configures its network by none of ${networkFlavours.map((one) => one.name).join(', ')}`,
      'Use `boel host --ip replicant`, and write the configuration by an override or a post-install script.',
    );
  const address = network?.mode === 'static' ? network.address : undefined;
  const names = { golden: goldenNamesIn(facts.names), host, domain, address };
  const named = planNames(facts.names, facts.hosts, names, root);
  const steps = [
    ...named.steps,
    ...(network ? planNetwork(facts.network, network, root, (path, text) => withName(path, text, names)) : []),
    ...planClone(facts.clone, root, target),
  ];
  if (facts.hasCloudInit) steps.push(calmCloudInit(root, network !== undefined));
  const { sshd, oddKeys } = facts.clone;
  const keys = newHostKeys(root, sshd?.keygen ?? false, oddKeys);
  if (keys.length > 0) steps.push(inChroot(root, 'New ssh host keys', keys));
  const how = network
    ? `${network.mode} by ${facts.network.writer?.flavour.name}`
    : 'with the network of the golden client';
  const noKeys =
    sshd && !sshd.keygen ? ' The image has sshd without ssh-keygen: the host keys are removed, not remade.' : '';
  const say = [
    `This machine is ${host}${domain ? `.${domain}` : ''}, ${how}.${noKeys}`,
    ...(network ? sayNetwork(facts.network) : []),
    ...named.say,
  ];
  return { say: say.join('\n'), steps };
}
