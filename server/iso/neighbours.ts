import { parseMac } from '../../common/model/mac.ts';
import type { ReadIo } from '../../common/system/io.ts';

/** The kernel has heard the MAC from the machine (Linux include/uapi/linux/if_arp.h, ATF_COM). */
const isComplete = 0x2;

/** The MAC of an IPv4 address of the same network, as the kernel knows it (proc(5), /proc/net/arp); undefined behind a router. */
export async function neighbourMac(io: Pick<ReadIo, 'readText'>, address: string): Promise<string | undefined> {
  const lines = ((await io.readText('/proc/net/arp')) ?? '').split('\n').slice(1);
  for (const line of lines) {
    const [ip, , flags, mac = ''] = line.split(/\s+/);
    if (ip === address && (Number(flags) & isComplete) !== 0) return parseMac(mac);
  }
  return undefined;
}
