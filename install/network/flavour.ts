import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** How the installed machine gets its address, by the MAC of its card: BOEL's eth0 may be enp1s0 there. */
export type NetworkWish =
  | { mode: 'dhcp'; mac: string }
  | {
      mode: 'static';
      mac: string;
      address: string;
      prefixLength: number;
      gateway?: string;
      dns: string[];
      domain?: string;
    };

/** A way in which distributions configure the network. One file each in this folder. */
export type NetworkFlavour<Facts = unknown> = {
  name: string;
  /** What of it the image below `root` holds; undefined where the image does not use it. */
  probe(io: ReadIo, root: AbsPath): Promise<Facts | undefined>;
  /** Writes the configuration for the card with this MAC, whatever its name will be. */
  plan(facts: Facts, wish: NetworkWish, root: AbsPath): Step[];
};
