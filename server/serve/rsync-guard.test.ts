import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { networkFilter } from '../config/networks.ts';
import { connectionsTo, connectionsToEnd, rsyncGuard } from './rsync-guard.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
/** A line of /proc/net/tcp; port 873 is 0369. */
const line = (remote: string, inode: number, { port = '0369', state = '01' } = {}) =>
  `   0: 0100007F:${port} ${remote}:8A2C ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 20 4 30 10 -1\n`;

it('reads who is connected to a port, the oldest first', () => {
  const tcp = head + line('0900000A', 7) + line('0800000A', 3, { state: '08' }) + line('00000000', 1, { state: '0A' });
  const other = line('0900000A', 5, { port: '1F90' });
  const tcp6 = head + line('0000000000000000FFFF00000700000A', 4) + line('000000FD000000000000000001000000', 9) + other;
  expect(connectionsTo(873, [tcp, tcp6])).toEqual([
    { inode: 3, address: '10.0.0.8' },
    { inode: 4, address: '10.0.0.7' },
    { inode: 7, address: '10.0.0.9' },
    { inode: 9, address: 'fd00:0000:0000:0000:0000:0000:0000:0001' },
  ]);
});
it('ends the youngest of an address beyond its share, and all of one that is not answered', () => {
  const isAnswered = networkFilter(['10.0.0.0/24', 'fd00::/64']);
  const addresses = [
    '10.0.0.9',
    '10.0.0.9',
    '10.0.0.8',
    '10.0.0.9',
    '192.0.2.1',
    'fd00:0:0:0:1::1',
    'fd00::2',
    'fd00::3',
  ];
  const open = addresses.map((address, inode) => ({ inode, address }));
  expect(connectionsToEnd(open, { isAnswered, most: 2 }).map(({ inode }) => inode)).toEqual([3, 4, 7]);
});
it('ends children of the daemon only, and tells that once', async () => {
  const fd = (pid: number, inode: number) => ({ [`/proc/${pid}/fd/4`]: { link: `socket:[${inode}]` } });
  const { io } = recorderIo({
    files: {
      '/proc/net/tcp': head + line('0900000A', 1) + line('0900000A', 2) + line('0900000A', 3),
      '/proc/50/task/50/children': '51 52 ',
      ...fd(51, 1),
      ...fd(52, 2),
      ...fd(99, 3),
    },
  });
  const ended: number[] = [];
  const said: string[] = [];
  const limits = { port: 873, most: 1, isAnswered: () => true };
  const guard = rsyncGuard(
    io,
    limits,
    (text) => void said.push(text),
    (pid) => void ended.push(pid),
  );
  await guard(50);
  await guard(50);
  expect(ended).toEqual([52, 52]);
  expect(said).toHaveLength(1);
});
