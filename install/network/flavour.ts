import type { Inside } from '../../common/system/inside.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { Golden } from './shared/golden.ts';

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

/** A kind of files in which images say which card gets which address. One file each in this folder. */
export type NetworkSource = {
  name: string;
  /**
   * Files that would give a copy the golden client's addresses, or that name cards, bonds and bridges of the golden client.
   * With `isWriter` also files that would win over the configuration of this flavour.
   */
  find(tree: Inside, isWriter: boolean): Promise<Golden[]>;
};

/** A way in which distributions configure the network, and which we can write. */
export type NetworkFlavour<Facts = unknown> = NetworkSource & {
  /** Facts on the flavour in the image; undefined if no service of the image uses the flavour. */
  probe(tree: Inside): Promise<Facts | undefined>;
  /** Writes the configuration for the card with this MAC, whatever its name will be. The files of `find` are gone by then. */
  write(facts: Facts, wish: NetworkWish, root: AbsPath): Step[];
};
