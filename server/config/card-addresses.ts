import { z } from 'zod';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import type { ServerCard } from './networks.ts';

/** The facts that we use of `ip -json address` (ip-address(8)) about each network interface. */
const IpAddresses = z.array(
  z.object({
    ifname: z.string(),
    flags: z.array(z.string()),
    /** Absent for tunnels. */
    address: z.string().default(''),
    addr_info: z.array(z.object({ local: z.string(), prefixlen: z.int() }).partial()).default([]),
  }),
);

/**
 * The addresses of the machine's network interfaces. os.networkInterfaces() leaves out interfaces whose cable is not
 * plugged in, or leads to a machine that is still switched off.
 */
export async function cardAddresses(io: Pick<ReadIo, 'run'>): Promise<ServerCard[]> {
  const exit = await io.run({ argv: ['ip', '-json', 'address', 'show'] });
  if (exit.code !== 0) throw new UserError(`ip address: ${exit.stderr.trim()}`, 'Run by hand: ip -json address show');
  const cards = IpAddresses.parse(JSON.parse(exit.stdout || '[]'));
  return cards
    .filter(({ flags }) => flags.includes('UP'))
    .flatMap(({ ifname, address: mac, addr_info: all }) =>
      all.flatMap(({ local, prefixlen }) =>
        local === undefined || prefixlen === undefined
          ? []
          : [{ card: ifname, address: local, prefixLength: prefixlen, mac }],
      ),
    );
}
