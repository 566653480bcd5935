import { expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { barrierTo, dnsmasqUser, findUser } from './service-user.ts';

const passwd = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n';
const { io } = recorderIo({ files: { '/etc/passwd': passwd, '/root': { kind: 'dir', mode: 0o700 }, '/srv/x': '' } });

it('finds the first user that is there', async () => {
  expect(await findUser(io, ['systemimager', 'nobody'])).toEqual({ name: 'nobody', uid: 65_534, gid: 65_534 });
  expect(await findUser(io, ['www-data'])).toBeUndefined();
});
it('names the directory that bars others', async () => {
  expect(await barrierTo(io, '/root/.cache/boot')).toBe('/root');
  expect(await barrierTo(io, '/srv/x')).toBeUndefined();
});
it('leaves dnsmasq root where another user could not reach its files', async () => {
  expect(await dnsmasqUser(io, ['/srv/tftp', '/root/boot'])).toBe('root');
  expect(await dnsmasqUser(io, ['/srv/tftp'])).toBe('nobody');
});
