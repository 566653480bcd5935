import { expect, it } from 'vitest';
import { listeningPorts } from './serve.ts';

it('reads the ports that are listened on', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue',
    '   0: 00000000:0369 00000000:0000 0A 00000000:00000000 00:00000000',
    '   1: 0100007F:1FF5 0100007F:9999 01 00000000:00000000 00:00000000',
  ].join('\n');
  expect(listeningPorts(table)).toEqual([873]);
});
