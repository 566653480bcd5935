import { describe, expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { type Difference, differingFiles, differingPackages, printCounts, printDifference } from './diff.ts';
import type { ManifestEntry } from './manifest/entry.ts';
import { parseDpkgStatus } from './packages/dpkg.ts';
import { readPackages } from './packages/read.ts';
import { parseRpmList } from './packages/rpm.ts';
import { manifestEntry } from '../../test/helpers/manifest-entry.ts';

const stanza = (name: string, version: string, status = 'installed', more = '') =>
  `Package: ${name}\nStatus: install ok ${status}\nArchitecture: amd64\n${more}Version: ${version}\nDescription: x\n Version: no\n`;

describe('packages of dpkg', () => {
  it('are those that are installed, with their versions', () => {
    const text = [
      stanza('bash', '5.2-1'),
      stanza('gone', '1', 'config-files'),
      stanza('half', '2', 'unpacked'),
      stanza('bash', '5.1', 'installed').replace('amd64', 'i386'),
      'Package: nothing\n',
    ].join('\n');
    expect([...parseDpkgStatus(text)]).toEqual([
      ['bash', '5.2-1'],
      ['half', '2'],
      ['bash:i386', '5.1'],
    ]);
    expect(parseDpkgStatus('').size).toBe(0);
  });
});

it('packages of rpm may be there twice', () => {
  const text = 'kernel.x86_64\t5.14-2\nkernel.x86_64\t5.14-1\nbash.x86_64\t0:5.2-1\ngpg-pubkey.(none)\t1-2\n';
  expect([...parseRpmList(text)]).toEqual([
    ['kernel.x86_64', '5.14-1, 5.14-2'],
    ['bash.x86_64', '0:5.2-1'],
  ]);
});

describe('an image', () => {
  it('is read without following a link out of it', async () => {
    const { io } = recorderIo({
      files: {
        '/i/web/var/lib/dpkg': { link: '/srv/dpkg' },
        '/i/web/srv/dpkg/status': stanza('inside', '1'),
        '/i/web/srv/dpkg/status.d/base': 'Package: base\nVersion: 12\nArchitecture: all\n',
        '/srv/dpkg/status': stanza('outside', '1'),
      },
    });
    const { packages, notes } = await readPackages(io, '/i/web', '/tmp/x');
    expect([...packages]).toEqual([
      ['inside', '1'],
      ['base', '12'],
    ]);
    expect(notes).toEqual([]);
  });

  it('has its rpm database read from a copy', async () => {
    const { io, did } = recorderIo({
      files: { '/i/web/var/lib/rpm/rpmdb.sqlite': 'x' },
      answer: ({ argv }) => (argv[0] === 'rpm' ? { stdout: 'bash.x86_64\t5.2-1\n' } : {}),
    });
    expect([...(await readPackages(io, '/i/web', '/tmp/x')).packages]).toEqual([['bash.x86_64', '5.2-1']]);
    expect(did).toContain('copy /i/web/var/lib/rpm/rpmdb.sqlite /tmp/x/rpmdb.sqlite');
    expect(did.at(-1)).toContain('run rpm --dbpath /tmp/x -qa');
  });

  it('says in words what could not be asked', async () => {
    const files = { '/i/web/usr/lib/sysimage/rpm/rpmdb.sqlite': 'x' };
    const { io } = recorderIo({ files, answer: () => ({ code: 1, stderr: 'error: cannot open\n' }) });
    expect((await readPackages(io, '/i/web', '/tmp/x')).notes).toEqual([
      'the rpm database of the image was not read: error: cannot open',
    ]);
    const none = recorderIo({ files: { '/i/web/etc': { dir: true } } }).io;
    expect((await readPackages(none, '/i/web', '/tmp/x')).notes).toEqual(['the image has no database of dpkg or rpm']);
  });
});

it('packages that differ are told with both versions', () => {
  const before = new Map(Object.entries({ bash: '1', gone: '2', same: '3' }));
  const after = new Map(Object.entries({ bash: '1.1', new: '4', same: '3' }));
  expect(differingPackages(before, after).map((one) => printDifference(one, true))).toEqual([
    '~ bash 1 -> 1.1',
    '- gone 2',
    '+ new 4',
  ]);
});

it('files that differ are told with what differs', async () => {
  const stream = async function* (...entries: ManifestEntry[]) {
    yield entries;
  };
  const found: Difference[] = [];
  const before = stream(manifestEntry('a'), manifestEntry('b'), manifestEntry('c'));
  const after = stream(
    manifestEntry('b', { mode: 0o600, mtime: '2' }),
    manifestEntry('c', { ino: '5' }),
    manifestEntry('d\xe9'),
  );
  for await (const some of differingFiles(before, after)) found.push(...some);
  expect(found.map((one) => printDifference(one, false))).toEqual(['- /a', '~ /b: mode, time', '+ /d\\351']);
  expect(printCounts(found)).toBe('1 added, 1 removed, 1 changed');
  expect(printCounts([])).toBe('the same');
});
