import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { NetworkSource } from './flavour.ts';
import { filesOf, type Golden, goldenFiles, goldenParts } from './shared/golden.ts';
import { macPattern } from './shared/mac-address.ts';

/** Where cloud-init reads the settings of administrators; the last file wins. */
export const cloudInitFolder = '/etc/cloud/cloud.cfg.d';
const calmFile = '99-systemimager.cfg';
const seeds = '/var/lib/cloud/seed';

/** cloud-init writes the network of its settings and seeds at a first boot: "Network configuration" of its documentation. */
export const cloudInit: NetworkSource = {
  name: 'cloud-init',

  async find(tree) {
    const found: Golden[] = [];
    for (const path of await filesOf(tree, cloudInitFolder, /\.cfg$/))
      found.push(
        ...(await goldenParts(tree, [path], (text) => withoutNetwork(text, path > under(cloudInitFolder, calmFile)))),
      );
    for (const seed of (await tree.list(seeds)) ?? [])
      found.push(
        ...(await goldenFiles(tree, [under(seeds, seed)], (text, name) => name === 'network-config' && isFixed(text))),
      );
    return found.map(({ left, ...golden }) =>
      left?.trim() === '' || left === undefined ? golden : { ...golden, left },
    );
  },
};

const isFixed = (text: string) =>
  macPattern.test(text) ||
  /\baddresses["']?:\s*\S|\baddress["']?:\s*["']?[\da-f]|^[ \t]*-[ \t]*["']?[\da-f.:]+\/\d/m.test(text);

/** The text without the top key `network` if it gives addresses, or if the text comes after our file and does not disable it. */
function withoutNetwork(text: string, isLater: boolean): string {
  return text.replace(/^["']?network["']?:.*(?:\n(?![^\s#-]).*)*\n?/m, (block) =>
    isFixed(block) || (isLater && !/\bconfig["']?:\s*["']?disabled/.test(block)) ? '' : block,
  );
}

/** Keeps an image's cloud-init from giving the name, network and host keys of the first boot a second time. */
export function calmCloudInit(root: AbsPath, ownNetwork: boolean): Step {
  const network = ownNetwork ? 'network: {config: disabled}\n' : '';
  return {
    why: 'Keep cloud-init from renaming the machine',
    kind: 'write',
    at: { root, path: `${cloudInitFolder}/${calmFile}` },
    content: `preserve_hostname: true\nmanage_etc_hosts: false\nssh_deletekeys: false\n${network}`,
    mode: 0o644,
  };
}
