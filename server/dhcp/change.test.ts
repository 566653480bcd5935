import { expect, it } from 'vitest';
import { printSteps } from '../../common/system/apply.ts';
import { idleContext } from '../../test/helpers/cli-context.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { changeConfiguration, planChange } from './change.ts';
import { dhcpKinds } from './index.ts';
import type { AbsPath } from '../../common/system/place.ts';

const before = (at: AbsPath) => ({ at, file: at, text: 'old', isThere: true, mode: 0o640, owner: { uid: 1, gid: 2 } });
const [isc] = dhcpKinds;

it.each(dhcpKinds.map((kind) => [kind.name, kind] as const))('asks %s before the file is replaced', (_, kind) => {
  const steps = planChange(
    kind,
    before('/etc/a/x.conf'),
    'new',
    { root: '/', canCheck: true, hasFolder: false },
    { restart: true },
  );
  expect(steps.map((one) => one.kind)).toEqual(['mkdir', 'write', 'run', 'remove', 'write', 'run']);
  expect(steps[2]).toMatchObject({ argv: expect.arrayContaining([kind.program.split('/').at(-1)]) as string[] });
  expect(JSON.stringify(steps[2])).toContain('/etc/a/.x.conf.new');
  expect(steps[4]).toMatchObject({ backup: true, mode: 0o640, owner: { uid: 1, gid: 2 } });
  expect(printSteps(steps)).toContain(`systemctl restart ${kind.unit}`);
});

it('asks the server of a trial inside its root', () => {
  if (!isc) throw new Error('no kind');
  const facts = {
    root: '/tmp/x',
    canCheck: true,
    hasFolder: true,
    leaseFile: '/tmp/x/var/lib/dhcp/dhcpd.leases',
  } as const;
  const steps = planChange(isc, before('/tmp/x/etc/dhcp/dhcpd.conf'), 'new', facts, {});
  expect(steps[1]).toMatchObject({
    chroot: '/tmp/x',
    argv: ['dhcpd', '-4', '-t', '-cf', '/etc/dhcp/.dhcpd.conf.new'],
  });
  expect(steps.at(-1)).toMatchObject({ kind: 'write', content: '' });
});

it('writes nothing over what another has written since the file was read', async () => {
  if (!isc) throw new Error('no kind');
  const { io, did } = recorderIo({ files: { '/etc/a/x.conf': 'newer' } });
  const context = { ...idleContext(), io };
  const change = changeConfiguration(context, isc, before('/etc/a/x.conf'), 'new', { force: true });
  await expect(change).rejects.toThrow('/etc/a/x.conf was changed meanwhile');
  expect(did.filter((line) => line.startsWith('write'))).toEqual([]);
});
