import type { AbsPath } from '../../../common/system/place.ts';
import type { Step } from '../../../common/system/step.ts';
import type { NetworkWish } from '../flavour.ts';

/** /etc/resolv.conf for a static address, if no daemon writes that file. */
export function resolvConf(wish: Extract<NetworkWish, { mode: 'static' }>, root: AbsPath): Step {
  const lines = [
    ...(wish.domain ? [`search ${wish.domain}`] : []),
    ...wish.dns.map((server) => `nameserver ${server}`),
  ];
  return {
    why: 'Write /etc/resolv.conf',
    kind: 'write',
    at: { root, path: '/etc/resolv.conf' },
    content: `${lines.join('\n')}\n`,
    mode: 0o644,
  };
}
