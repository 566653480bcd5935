import { cardNames } from './card-names.ts';
import { cloudInit } from './cloud-init.ts';
import { connman } from './connman.ts';
import { dhclient } from './dhclient.ts';
import { dhcpcd } from './dhcpcd.ts';
import type { NetworkFlavour, NetworkSource } from './flavour.ts';
import { ifupdown } from './ifupdown.ts';
import { netctl } from './netctl.ts';
import { netifrc } from './netifrc.ts';
import { netplan } from './netplan.ts';
import { networkManager } from './network-manager.ts';
import { nmstate } from './nmstate.ts';
import { redHatIfcfg } from './red-hat-ifcfg.ts';
import { slackware } from './slackware.ts';
import { systemdNetworkd } from './systemd-networkd.ts';
import { wicked } from './wicked.ts';

/**
 * Every flavour. `host` takes the first that the image uses: netplan writes the configuration of the next two, and
 * ifupdown leaves a card alone that a daemon runs.
 */
export const networkFlavours: NetworkFlavour[] = [
  netplan,
  networkManager,
  systemdNetworkd,
  wicked,
  redHatIfcfg,
  connman,
  netctl,
  netifrc,
  slackware,
  dhcpcd,
  ifupdown,
];

/** Every source of the golden client's addresses in an image; `host` looks into each, whichever flavour it writes. */
export const networkSources: NetworkSource[] = [...networkFlavours, dhclient, nmstate, cloudInit, cardNames];
