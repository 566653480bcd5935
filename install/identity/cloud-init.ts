import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** Where cloud-init reads what administrators say; the last file wins. */
export const cloudInitFolder = '/etc/cloud/cloud.cfg.d';
export const calmFile = '99-systemimager.cfg';

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
