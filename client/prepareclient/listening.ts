import type { ReadIo } from '../../common/system/io.ts';

/** State 0A is LISTEN in /proc/net/tcp (proc_net(5)). */
const listen = '0A';

/** True if a program listens on this TCP port. */
export async function isListening(io: ReadIo, port: number): Promise<boolean> {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6'] as const)
    for (const line of ((await io.readText(file)) ?? '').split('\n').slice(1)) {
      const [, local = '', , state] = line.trim().split(/\s+/);
      if (state === listen && local.endsWith(`:${wanted}`)) return true;
    }
  return false;
}
