import { UserError } from '../../common/system/errors.ts';
import type { LiveLink } from '../../machine/live-network.ts';

/** The card that has the address now, and the card by which BOEL reaches the same network. */
export type ChosenCard = { holder: LiveLink; card: LiveLink; notes: string[] };

/** Modes in which each card of a bond works by itself, without an agreement with the switch (Linux Documentation/networking/bonding.rst). */
const plainModes = ['active-backup', 'balance-tlb', 'balance-alb'];

/** Software cards of a container or a network namespace, which are like hardware to whoever lives there. */
const likeHardware = [undefined, 'veth'];

/** Follows a bond or a bridge down to a card of hardware. UserError for a card that BOEL cannot have before an image is there. */
export function chooseCard(links: readonly LiveLink[], name: string): ChosenCard {
  const holder = links.find((one) => one.name === name);
  const names = links.filter(({ kind, master }) => likeHardware.includes(kind) && master === undefined);
  if (!holder)
    throw new UserError(
      `this machine has no network card ${name}`,
      `Its cards are ${[...names, ...links.filter((one) => one.kind === 'bond' || one.kind === 'bridge')].map((one) => one.name).join(', ') || 'none'}.`,
    );
  if (holder.master !== undefined)
    throw new UserError(
      `${name} is part of ${holder.master}, which has the address`,
      `Name the whole: -config ${holder.master}`,
    );
  const notes: string[] = [];
  const card = followDown(links, holder, notes);
  if (card.permanent === undefined)
    throw new UserError(
      `${card.name} has no MAC address, by which the installer would know the card`,
      'Name an Ethernet card: -config eth0',
    );
  return { holder, card, notes };
}

function followDown(links: readonly LiveLink[], link: LiveLink, notes: string[]): LiveLink {
  const parts = links.filter(({ master }) => master === link.name);
  switch (link.kind) {
    case undefined:
    case 'veth':
      return link;
    case 'bond': {
      const mode = link.options.mode ?? 'unknown';
      if (!plainModes.includes(mode))
        throw new UserError(
          `${link.name} is a bond in the mode ${mode}, and the installer has no bonds: the switch may refuse a single card`,
          'Let the machine install itself from the network or from a medium; or change the bond and its switch to active-backup.',
        );
      const active = parts.find(({ name }) => name === link.options.active) ?? parts.find(({ isUp }) => isUp);
      if (!active) throw nothingBelow(link);
      notes.push(`${link.name} is a bond (${mode}): the installer uses its card ${active.name} alone`);
      return followDown(links, active, notes);
    }
    case 'bridge': {
      // Cards of virtual machines and containers are ports of a bridge, too.
      const hardware = parts.filter(({ kind }) => kind !== 'tun' && kind !== 'veth');
      const [only, ...others] = hardware.length > 0 ? hardware : parts.filter(({ kind }) => kind === 'veth');
      if (!only) throw nothingBelow(link);
      if (others.length > 0)
        throw new UserError(
          `the bridge ${link.name} has several cards (${[only, ...others].map(({ name }) => name).join(', ')}), and the installer uses one`,
          'Take all but one card out of the bridge: ip link set CARD nomaster',
        );
      notes.push(`${link.name} is a bridge: the installer uses its card ${only.name}`);
      return followDown(links, only, notes);
    }
    case 'vlan':
      throw new UserError(
        `${link.name} is VLAN ${link.options.id ?? ''} on ${link.lower ?? 'another card'}, and the installer sends no VLAN tags`,
        'Name a card without VLAN: -config eth0; or let the switch send this network without a tag.',
      );
    default:
      throw new UserError(
        `${link.name} is no card of hardware (${link.kind}): the installer does not have this card`,
        'Name the Ethernet card that leads to the image server: -config eth0',
      );
  }
}

const nothingBelow = (link: LiveLink) =>
  new UserError(
    `the ${link.kind} ${link.name} has no card`,
    `Look at: ip link show master ${link.name}; and name another card.`,
  );
