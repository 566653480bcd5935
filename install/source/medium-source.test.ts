import { buffer } from 'node:stream/consumers';
import tar from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { packBytes } from '../../common/pack/write-pack.ts';
import { printSteps } from '../../common/system/apply.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { openMedium } from './medium-source.ts';

async function packOf(names: string[], image?: string): Promise<Buffer> {
  const pack = tar.pack();
  for (const name of names)
    if (name.endsWith('/')) pack.entry({ name, type: 'directory' });
    else pack.entry({ name }, name);
  pack.finalize();
  const raw = await buffer(pack);
  const once = async function* () {
    yield raw;
  };
  const about = image && {
    name: image,
    manifestSha256: '0'.repeat(64),
    bytes: 3,
    inodes: 2,
    start: { machine: 'x64' },
    dirs: [['', { bytes: 3, holeBytes: 0, inodes: 2, links: [] }]] as never,
  };
  const pieces: Buffer[] = [];
  for await (const piece of packBytes(once(), 'x', about || undefined)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const top = '/run/boel/medium/systemimager';
const medium = async (files: Record<string, string | Buffer> = {}) => {
  const { io } = recorderIo({
    files: {
      [`${top}/images/web_v1.pack`]: await packOf(
        ['web_v1.systemimager/manifest', 'web_v1/', 'web_v1/etc/x'],
        'web_v1',
      ),
      [`${top}/overrides.pack`]: await packOf([
        'overrides/host/web1/',
        'overrides/host/web1/etc/',
        'overrides/host/web1/etc/motd',
      ]),
      [`${top}/scripts/web1.sh`]: '#!/bin/sh\n',
      [`${top}/scripts/post-install.d/10-all-x`]: '',
      ...files,
    },
  });
  return { io, source: await openMedium(io, '/run/boel/medium') };
};

describe('a medium', () => {
  it('gives files, folders, overrides and facts, as an image server does', async () => {
    const { io, source } = await medium();
    expect(source.images).toEqual(['web_v1']);
    const file = (path: string) => source.file(io, { path, at: '/run/x', maxBytes: 100 });
    expect(await file('scripts/web1.sh')).toEqual({ bytes: Buffer.from('#!/bin/sh\n') });
    expect(await file('scripts/web2.sh')).toEqual({ bytes: undefined });
    expect(await source.list(io, 'scripts/post-install.d')).toEqual([{ kind: 'file', path: '10-all-x' }]);
    expect(await source.list(io, 'scripts/pre-install.d')).toBeUndefined();
    expect(await source.list(io, 'overrides/host/web1')).toEqual([
      { kind: 'dir', path: 'etc' },
      { kind: 'file', path: 'etc/motd' },
    ]);
    expect(await source.list(io, 'overrides/host/web2')).toBeUndefined();
    expect(await source.facts(io, 'web_v1', ['/boot/efi'])).toMatchObject({
      bytes: 3,
      machine: 'x64',
      mounts: [{ dir: '/' }, { dir: '/boot/efi', inodes: 0 }],
    });
  });

  it('unpacks an image below its mounts, after what an earlier copy left is gone', async () => {
    const { source } = await medium();
    const mounts = [
      { dir: '/', posix: true },
      { dir: '/home', posix: true },
      { dir: '/srv', posix: true, keep: true },
      { dir: '/boot/efi', posix: false },
    ];
    const splitLinks = [
      ['/boot/efi/a', '/boot/efi/b', '/boot/efi/c'],
      ['/usr/x', '/boot/efi/x', '/home/x', '/home/y'],
    ];
    const text = printSteps(source.tree({ image: 'web_v1', root: '/a', mounts, splitLinks, exact: true }));
    const names = ['boot/efi/b', 'boot/efi/c', 'boot/efi/x', 'home/x', 'home/y'];
    const flags =
      "--numeric-owner --same-owner --same-permissions --xattrs '--xattrs-include=*' --delay-directory-restore";
    expect(text).toContain(
      `| tar --extract --file=- --directory=/a --strip-components=1 ${flags} --anchored --no-wildcards --exclude=web_v1/srv --exclude=web_v1/boot/efi ${names.map((name) => `--exclude=web_v1/${name}`).join(' ')} web_v1\n`,
    );
    expect(text).toContain(
      "rsync -r --delete '--filter=P lost+found/' '--filter=P /home/' '--filter=P /srv/' '--filter=P /boot/efi/' /run/boel/empty/ /a/\n",
    );
    expect(text).toContain("rsync -r --delete '--filter=P lost+found/' /run/boel/empty/ /a/home/\n");
    expect(text).not.toContain('/a/srv/');
    expect(text).toContain('--no-same-owner --no-same-permissions --anchored --no-wildcards web_v1/boot/efi\n');
    expect(text).toContain('rsync -aHAXS --numeric-ids /a/usr/x /a/home/x\n');
    expect(text).toContain('ln -f /a/home/x /a/home/y\n');
    for (const [from, to] of [
      ['boot/efi/a', 'boot/efi/b'],
      ['boot/efi/a', 'boot/efi/c'],
      ['usr/x', 'boot/efi/x'],
    ])
      expect(text).toContain(`rsync -rt --modify-window=2 /a/${from} /a/${to}\n`);
    const missing = source.tree({
      image: 'web_v1',
      root: '/a',
      mounts: [
        { dir: '/', posix: true },
        { dir: '/boot/efi', posix: false, inodes: 0 },
      ],
    });
    expect(printSteps(missing)).not.toContain(' web_v1/boot/efi\n');
  });

  it('lays an override over the target by way of a folder there, and copies scripts', async () => {
    const { source } = await medium();
    const override = source.tree({ folder: 'overrides/host/web1', what: 'x', root: '/a', only: ['etc/motd'] });
    const text = printSteps(override);
    expect(text).toContain('--directory=/a/.boel-override --strip-components=3');
    expect(text).toMatch(/rsync -aHAXS .* \/a\/\.boel-override\/ \/a\/ <</);
    expect(text).toMatch(/rm .*\/a\/\.boel-override\n$/);
    const scripts = { folder: 'scripts/post-install.d', what: 'x', root: '/a/x', manner: 'programs' } as const;
    expect(printSteps(source.tree(scripts))).toContain(`${top}/scripts/post-install.d/ /a/x/`);
  });

  it('that lacks an image says what it has', async () => {
    const { source } = await medium();
    expect(() => source.tree({ image: 'db', root: '/a' })).toThrow('no image db on the medium, which holds web_v1');
    const { io } = recorderIo({ files: {} });
    await expect(openMedium(io, '/run/boel/medium')).rejects.toThrow('there is no image in');
  });
});
