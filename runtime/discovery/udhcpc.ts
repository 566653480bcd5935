import type { Child, Exit, Io } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { type Card, printCard } from '../../machine/cards.ts';
import type { Watch } from './backoff.ts';
import { paths } from '../paths.ts';
import { type Lease, parseEnviron, readLease } from './lease.ts';

const hookFile = under(paths.dhcp, 'hook');

/**
 * udhcpc runs this script with the lease in the environment (busybox, examples/udhcp). The script copies the kernel's own copy
 * of that environment, so that no shell ever reads a value.
 */
const hook = `#!/bin/sh
case "$1" in
  bound) cat /proc/self/environ >"$LEASE_FILE.new" && mv "$LEASE_FILE.new" "$LEASE_FILE" ;;
esac
`;

/** Three packets, three seconds apart, then a pause of five, for ever: a card whose link comes late still gets its answer. */
const patience = ['-t', '3', '-T', '3', '-A', '5'];
/** Options to ask for besides udhcpc's own list: the image server, routes (RFC 3442) and the MTU. */
const options = ['224', '140', 'staticroutes', 'mtu'].flatMap((option) => ['-O', option]);

/** A card that is being asked by a udhcpc of its own. */
export type Asking = {
  leaseFile: AbsPath;
  child?: Child;
  /** udhcpc has ended: it cannot ask on this card, or its answer was of no use. */
  isEnded: boolean;
  /** The problems of this card that were shown already. */
  problems: Set<string>;
};

/** A card that nobody asks yet. */
export function notAsked(card: Card): Asking {
  return { leaseFile: under(paths.dhcp, card.name), isEnded: true, problems: new Set() };
}

/** Writes the script for udhcpc. */
export async function writeHook(io: Io): Promise<void> {
  await io.mkdir(paths.dhcp, { mode: 0o700 });
  await io.write(hookFile, hook, { mode: 0o700 });
}

/** Switches the card on and starts asking; says each problem once. `onEnd` is called when udhcpc has ended. */
export async function startAsking(
  io: Io,
  card: Card,
  asking: Asking,
  { say, onEnd }: Pick<Watch, 'say'> & { onEnd: () => void },
): Promise<void> {
  const complain = (what: string, { stderr }: Exit) => {
    const problem = `${what}: ${stderr.trim().split('\n').at(-1) ?? ''}`;
    if (!asking.problems.has(problem)) say(problem);
    asking.problems.add(problem);
  };
  await io.remove(asking.leaseFile);
  const up = await io.run({ argv: ['ip', 'link', 'set', 'dev', card.name, 'up'] });
  // A card whose firmware file is missing cannot be switched on.
  if (up.code !== 0) complain(`${printCard(card)} cannot be switched on`, up);
  const argv = ['udhcpc', '-f', '-i', card.name, ...patience, ...options, '-s', hookFile] as const;
  const child = await io.start({ argv, env: { LEASE_FILE: asking.leaseFile }, outlivesUs: true });
  Object.assign(asking, { child, isEnded: false });
  const end = () => {
    asking.isEnded = true;
    onEnd();
  };
  child.exit.then((exit) => {
    if (exit.code !== 0 && exit.signal === undefined) complain(`udhcpc on ${card.name} exited ${exit.code}`, exit);
    end();
  }, end);
}

/** The answer on this card, if there is one that can be used. */
export async function takeLease(io: Io, card: Card, asking: Asking, say: Watch['say']): Promise<Lease | undefined> {
  const environ = await io.read(asking.leaseFile);
  if (!environ) return undefined;
  const lease = readLease(parseEnviron(environ), card.name);
  if (!('refused' in lease)) return lease;
  say(`Not used: ${lease.refused}`);
  await io.remove(asking.leaseFile);
  await asking.child?.stop();
  return undefined;
}
