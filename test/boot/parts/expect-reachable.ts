import { setTimeout as delay } from 'node:timers/promises';
import { realIo } from '../../../common/system/real-io.ts';
import { patience } from '../harness/patience.ts';
import type { Wire } from '../harness/wire.ts';

/** A machine's cards come up after its login prompt does. */
const limitS = 90;

/** Waits until sshd answers at the address: the network works as configured, and the machine has host keys. */
export async function expectReachable(wire: Wire, ip: string): Promise<void> {
  const argv = wire.enter(['curl', '-s', '--max-time', '3', `telnet://${ip}:22`]);
  const until = performance.now() + limitS * 1000 * patience;
  for (;;) {
    const { stdout } = await realIo.run({ argv, limitMs: 10_000 });
    if (stdout.startsWith('SSH-2.0')) return;
    if (performance.now() > until)
      throw new Error(`no sshd answers at ${ip}: the installed machine is not on its network`);
    await delay(500);
  }
}
