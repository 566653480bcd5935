import type { AbsPath } from '../../../common/system/place.ts';
import type { Step } from '../../../common/system/step.ts';

/** The card's name in configurations that cannot find a card by its MAC. */
export const cardName = 'boot0';

/** A rule of udev(7), old and new, that names the card with this MAC; a device with the same MAC (a bridge) has no driver. */
export function nameCard(mac: string, root: AbsPath): Step[] {
  const folder: AbsPath = '/etc/udev/rules.d';
  return [
    { why: 'Make room for rules', kind: 'mkdir', at: { root, path: folder } },
    {
      why: `Name the card with the MAC ${mac} ${cardName}`,
      kind: 'write',
      at: { root, path: `${folder}/70-systemimager-net.rules` },
      content: `SUBSYSTEM=="net", ACTION=="add", DRIVERS=="?*", ATTR{type}=="1", ATTR{address}=="${mac}", NAME="${cardName}"\n`,
      mode: 0o644,
    },
  ];
}
