import { expect, it } from 'vitest';
import { networkEnv } from './network-env.ts';

it('hands over proxies and certificates, and nothing else', () => {
  const network = { http_proxy: 'http://proxy:3128', HTTPS_PROXY: 'x', NODE_EXTRA_CA_CERTS: '/ca.crt' };
  expect(networkEnv({ ...network, PATH: '/bin', APT_CONFIG: '/x', LD_PRELOAD: 'y' })).toEqual(network);
});
