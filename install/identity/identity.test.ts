import { describe, expect, it } from 'vitest';
import type { State } from '../../common/model/state.ts';
import { apply } from '../../common/system/apply.ts';
import { installedState } from '../../test/helpers/installed-state.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { planClone, probeClone } from './clone-hygiene.ts';
import { mdadmConf } from './mdadm-conf.ts';
import { newHostKeys } from './ssh-host-keys.ts';

describe('mdadmConf', () => {
  const raid: State['volumes'][string] = {
    kind: 'raid',
    node: '/dev/md0',
    sizeBytes: 1,
    members: [],
    uuid: '01234567-89ab-cdef-0123-456789abcdef',
    options: {},
  };
  const old = 'HOMEHOST <system>\nARRAY /dev/md/golden UUID=aa\n   name=golden:0\nMAILADDR root\n';
  it('names this machine’s arrays in place of the golden client’s', () => {
    expect(mdadmConf(old, { volumes: { '/dev/md0': raid } })).toBe(
      'HOMEHOST <system>\nMAILADDR root\nARRAY /dev/md0 UUID=01234567:89abcdef:01234567:89abcdef\n',
    );
    expect(mdadmConf(old, { volumes: {} })).toBe('HOMEHOST <system>\nMAILADDR root\n');
  });
});

describe('planClone', () => {
  const draws = { machineId: 'f'.repeat(32), nvmeUuid: '1-2', iscsiSuffix: 'abc' };
  const cloned = async (files: Record<string, RecordedFile>) => {
    const machine = recorderIo({ files });
    await apply(
      planClone(await probeClone(machine.io, '/a', draws, installedState()), '/a', installedState()),
      machine.io,
    );
    return machine;
  };

  it('leaves an image alone that carries no identity', async () => {
    expect((await cloned({ '/a/etc/passwd': '' })).did).toEqual([]);
  });

  it('gives new ids and removes what was the golden client’s alone', async () => {
    const { files } = await cloned({
      '/a/etc/machine-id': 'old\n',
      '/a/var/lib/dbus/machine-id': { link: '/etc/machine-id' },
      '/a/etc/ssh/ssh_host_rsa_key': 'k',
      '/a/etc/ssh/ssh_host_rsa_key.pub': 'k',
      '/a/etc/ssh/sshd_config': 'stays',
      '/a/var/lib/systemd/random-seed': 's',
      '/a/var/lib/dhcp/dhclient.eth0.leases': 'l',
      '/a/etc/udev/rules.d/70-persistent-net.rules': 'r',
      '/a/etc/iscsi/initiatorname.iscsi': '# a comment\nInitiatorName=iqn.1993-08.org.debian:01:aaaa\n',
      '/a/etc/nvme/hostid': 'x',
    });
    expect(Object.fromEntries(files)).toEqual({
      '/a/etc/machine-id': `${'f'.repeat(32)}\n`,
      '/a/var/lib/dbus/machine-id': { link: '/etc/machine-id' },
      '/a/etc/ssh/sshd_config': 'stays',
      '/a/etc/iscsi/initiatorname.iscsi': 'InitiatorName=iqn.1993-08.org.debian:01:abc\n',
      '/a/etc/nvme/hostid': '1-2\n',
      '/a/etc/nvme/hostnqn': 'nqn.2014-08.org.nvmexpress:uuid:1-2\n',
    });
  });

  it('never writes through a link out of the target', async () => {
    const { did } = await cloned({ '/a/etc/machine-id': { link: '/var/lib/id' }, '/a/var/lib/id': 'x' });
    expect(did).toEqual(['write /a/var/lib/id 444']);
  });

  it('takes away what a DHCP server, gethostid(3) or systemd-creds(1) knows the golden client by', async () => {
    const gone = {
      '/a/etc/hostid': 'x',
      '/a/var/lib/wicked/duid.xml': 'x',
      '/a/var/lib/dhcpcd/duid': 'x',
      '/a/var/lib/seedrng/seed.credit': 'x',
      '/a/etc/ssh/ssh_host_key': 'x',
      '/a/var/lib/systemd/credential.secret': 'x',
    };
    expect([...(await cloned(gone)).files.keys()]).toEqual([]);
    const used = { ...gone, '/a/etc/credstore.encrypted/db': 'x' };
    expect((await cloned(used)).files.has('/a/var/lib/systemd/credential.secret')).toBe(true);
  });

  it.each([
    ['where the image has its own', '0123456789abcdef0123456789abcdef\n'],
    ['where only entries have one', ''],
  ])('puts the new machine-id where kernels are started from, %s', async (_, own) => {
    const old = '0123456789abcdef0123456789abcdef';
    const fresh = draws.machineId;
    const entry = (id: string) => `linux /${id}/6.1/linux\noptions root=x systemd.machine_id=${id}\n`;
    const { files } = await cloned({
      '/a/etc/machine-id': own,
      [`/a/boot/vmlinuz-0-rescue-${old}`]: 'k',
      '/a/boot/grub2/grubenv': `saved_entry=${old}-6.1\n`,
      [`/a/boot/efi/${old}/6.1/linux`]: 'k',
      [`/a/boot/efi/loader/entries/${old}-6.1.conf`]: entry(old),
      '/a/boot/efi/loader/loader.conf': `default ${old}-*\n`,
      '/a/boot/efi/loader/entries/other.conf': 'linux /x\n',
    });
    expect(Object.fromEntries(files)).toEqual({
      '/a/etc/machine-id': `${fresh}\n`,
      [`/a/boot/vmlinuz-0-rescue-${fresh}`]: 'k',
      '/a/boot/grub2/grubenv': `saved_entry=${fresh}-6.1\n`,
      [`/a/boot/efi/${fresh}/6.1/linux`]: 'k',
      [`/a/boot/efi/loader/entries/${fresh}-6.1.conf`]: entry(fresh),
      '/a/boot/efi/loader/loader.conf': `default ${fresh}-*\n`,
      '/a/boot/efi/loader/entries/other.conf': 'linux /x\n',
    });
  });

  it('makes host keys anew where else they lie', async () => {
    const { io } = recorderIo({
      files: {
        '/a/etc/ssh/sshd_config':
          'HostKey /etc/ssh/ssh_host_rsa_key\n  hostkey "/srv/keys/one"\nHostKey /srv/keys/gone\n',
        '/a/srv/keys/one': 'k',
        '/a/srv/keys/one.pub': 'ssh-ed25519 AAAA root@golden\n',
        '/a/usr/bin/dropbearkey': '',
        '/a/etc/dropbear/dropbear_rsa_host_key': 'k',
      },
    });
    const { oddKeys, remove } = await probeClone(io, '/a', draws, installedState());
    expect(remove).toEqual(['/srv/keys/one', '/etc/dropbear/dropbear_rsa_host_key']);
    expect(
      newHostKeys('/a', true, oddKeys).map((step) => (step.kind === 'run' ? step.argv.join(' ') : step.kind)),
    ).toEqual([
      'ssh-keygen -A',
      'ssh-keygen -t ed25519 -q -N  -f /srv/keys/one',
      'dropbearkey -t rsa -f /etc/dropbear/dropbear_rsa_host_key',
    ]);
  });
});
