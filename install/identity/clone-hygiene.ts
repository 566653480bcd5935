import { randomBytes, randomUUID } from 'node:crypto';
import type { Target } from '../../common/model/target.ts';
import { type Inside, inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { type BootId, planBootId, probeBootId } from './boot-id.ts';
import { mdadmConf } from './mdadm-conf.ts';
import { type OddKey, oddHostKeys } from './ssh-host-keys.ts';

/** Random values that must differ between machines. */
export type Draws = { machineId: string; nvmeUuid: string; iscsiSuffix: string };

export function drawIdentity(): Draws {
  return {
    machineId: randomBytes(16).toString('hex'),
    nvmeUuid: randomUUID(),
    iscsiSuffix: randomBytes(6).toString('hex'),
  };
}

/** The parts of the golden client's identity in the image. */
export type CloneFacts = {
  draws: Draws;
  /** Files that are removed: seeds, leases, rules that tie names to the golden client's cards, old keys. */
  remove: AbsPath[];
  hasMachineId: boolean;
  /** /var/lib/dbus/machine-id is a file of its own. */
  hasDbusId: boolean;
  sshd: { keygen: boolean } | undefined;
  oddKeys: OddKey[];
  bootId: BootId;
  iscsiName: string | undefined;
  hasNvmeId: boolean;
  mdadmConf: { path: AbsPath; text: string } | undefined;
};

/** Files that name or seed one machine. */
export const singleFiles: readonly AbsPath[] = [
  // random seeds: two machines with the same seed draw the same numbers
  '/var/lib/systemd/random-seed',
  '/var/lib/urandom/random-seed',
  '/var/lib/random-seed',
  '/var/lib/misc/random-seed',
  '/boot/efi/loader/random-seed',
  '/boot/loader/random-seed',
  '/efi/loader/random-seed',
  // names of network cards and drives by MAC or serial
  '/etc/udev/rules.d/70-persistent-net.rules',
  '/etc/udev/rules.d/z25_persistent-net.rules',
  '/etc/udev/rules.d/70-persistent-cd.rules',
  // LVM looks only at the disks with these serials, once the file is there: lvmdevices(8)
  '/etc/lvm/devices/system.devices',
  '/etc/multipath/bindings',
  '/etc/multipath/wwids',
  // DHCP identifiers
  '/etc/dhcpcd.duid',
  '/etc/dhcpcd.secret',
  '/var/lib/NetworkManager/secret_key',
  // the value of gethostid(3)
  '/etc/hostid',
];

/** The key of encrypted credentials: systemd-creds(1). If the image has no credentials, the copy makes a key of its own. */
const credentialKey: AbsPath = '/var/lib/systemd/credential.secret';

/** Folders in which services keep what they know of one machine, each with a pattern for these files. */
export const stateFolders: readonly [AbsPath, RegExp][] = [
  ['/var/lib/dhcp', /lease/],
  ['/var/lib/dhclient', /lease/],
  ['/var/lib/dhcp3', /lease/],
  ['/var/lib/dhcpcd', /lease|duid|secret/],
  ['/var/lib/dhcpcd5', /lease|duid|secret/],
  ['/var/lib/dhcpv6', /duid/],
  ['/var/lib/dibbler', /duid|AddrMgr/],
  ['/var/lib/systemd/network', /lease/],
  ['/var/db/dhcpcd', /lease|duid|secret/],
  ['/var/lib/wicked', /^(lease|duid|iaid)/],
  ['/var/lib/seedrng', /^seed/],
  ['/var/lib/NetworkManager', /lease$|^dhclient6?-.*\.conf$/],
];

const hostKeys: [AbsPath, RegExp] = ['/etc/ssh', /^ssh_host_(.*_)?key(\.pub)?$/];

async function filesToRemove(tree: Inside): Promise<AbsPath[]> {
  const found: AbsPath[] = [];
  for (const path of singleFiles) if (await tree.lstat(path)) found.push(path);
  for (const [folder, pattern] of [...stateFolders, hostKeys])
    for (const name of (await tree.list(folder)) ?? []) if (pattern.test(name)) found.push(under(folder, name));
  const credentials = (await tree.list('/etc/credstore.encrypted')) ?? [];
  if (credentials.length === 0 && (await tree.lstat(credentialKey))) found.push(credentialKey);
  return found;
}

/** Looks for the golden client's identity in the tree below `root`. */
export async function probeClone(io: ReadIo, root: AbsPath, draws: Draws, target: Target): Promise<CloneFacts> {
  const tree = inside(io, root);
  const sshd = await tree.firstOf(['/usr/sbin/sshd', '/sbin/sshd']);
  const mdadm = await tree.firstOf(['/etc/mdadm/mdadm.conf', '/etc/mdadm.conf']);
  const iscsi = await tree.readText('/etc/iscsi/initiatorname.iscsi');
  const oddKeys = await oddHostKeys(tree);
  return {
    draws,
    remove: [...(await filesToRemove(tree)), ...oddKeys.map(({ path }) => path)],
    oddKeys,
    bootId: await probeBootId(io, root, target),
    hasMachineId: (await tree.lstat('/etc/machine-id')) !== undefined,
    hasDbusId: (await tree.lstat('/var/lib/dbus/machine-id'))?.kind === 'file',
    sshd: sshd ? { keygen: (await tree.firstOf(['/usr/bin/ssh-keygen', '/bin/ssh-keygen'])) !== undefined } : undefined,
    iscsiName: iscsi && /^InitiatorName=(\S+)$/m.exec(iscsi)?.[1],
    hasNvmeId: await tree.exists('/etc/nvme/hostid'),
    mdadmConf: mdadm && { path: mdadm, text: (await tree.readText(mdadm)) ?? '' },
  };
}

/** Removes files and ids that belong to the golden client alone, and gives this machine its own. */
export function planClone(facts: CloneFacts, root: AbsPath, target: Pick<Target, 'volumes'>): Step[] {
  const { draws } = facts;
  const file = (why: string, path: AbsPath, content: string, mode = 0o644): Step => ({
    why,
    kind: 'write',
    at: { root, path },
    content,
    mode,
  });
  const steps: Step[] = facts.remove.map((path) => ({
    why: `Remove the golden client’s ${path}`,
    kind: 'remove',
    at: { root, path },
  }));
  // machine-id(5): 32 hexadecimal digits; drawn here, so that the first boot also works with a read-only root.
  if (facts.hasMachineId)
    steps.push(file('Give the machine its own machine-id', '/etc/machine-id', `${draws.machineId}\n`, 0o444));
  steps.push(...planBootId(facts.bootId, draws.machineId, root));
  if (facts.hasDbusId)
    steps.push(file('The same machine-id for D-Bus', '/var/lib/dbus/machine-id', `${draws.machineId}\n`, 0o444));
  if (facts.iscsiName !== undefined) {
    const prefix = facts.iscsiName.replace(/:[^:]*$/, '');
    const name = `${prefix}:${draws.iscsiSuffix}`;
    const path = '/etc/iscsi/initiatorname.iscsi';
    steps.push(file('Give the machine its own iSCSI name', path, `InitiatorName=${name}\n`, 0o600));
  }
  if (facts.hasNvmeId)
    steps.push(
      file('Give the machine its own NVMe host id', '/etc/nvme/hostid', `${draws.nvmeUuid}\n`),
      // NVM Express Base Specification 2.0, section 4.5.1
      file('and NVMe name', '/etc/nvme/hostnqn', `nqn.2014-08.org.nvmexpress:uuid:${draws.nvmeUuid}\n`),
    );
  if (facts.mdadmConf) {
    const text = mdadmConf(facts.mdadmConf.text, target);
    if (text !== facts.mdadmConf.text) steps.push(file('Name this machine’s arrays', facts.mdadmConf.path, text));
  }
  return steps;
}
