import { describe, expect, it } from 'vitest';
import { printSteps } from '../../common/system/apply.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { leftPlaceholders, placeholder, readChrootFacts } from './facts.ts';
import { enterArgv, planInside, planPrepare, planTidy } from './plan.ts';
import { endAll, usersOf } from './processes.ts';
import { ChrootSettings } from './settings.ts';

const tree = '/i/web_v1';
const folders = { [`${tree}/etc`]: { dir: true }, [`${tree}/usr/sbin`]: { dir: true } } as const;
const factsOf = (files: Record<string, RecordedFile>) =>
  readChrootFacts(
    recorderIo({ files: { '/etc/resolv.conf': 'nameserver 10.0.0.1\n', ...files } }).io,
    tree,
    '/run/lent',
  );
const wish = { argv: ['sh'] as [string, ...string[]], env: { TERM: 'dumb' } };
/** The settings as the other half reads them. */
const settingsOf = async (files: Record<string, RecordedFile>) =>
  ChrootSettings.parse(JSON.parse(enterArgv(await factsOf(files), wish).at(-1) ?? ''));

describe('what is lent to an image', () => {
  it('is shown over its own files', async () => {
    const files = { [`${tree}/etc/resolv.conf`]: 'own\n', [`${tree}/usr/sbin/policy-rc.d`]: 'own\n' };
    expect(await factsOf(files)).toMatchObject({
      resolv: { kind: 'shown', path: '/etc/resolv.conf' },
      policyAt: '/usr/sbin/policy-rc.d',
      missing: [],
    });
  });
  it.each(['/run/systemd/resolve/stub-resolv.conf', '../run/systemd/resolve/stub-resolv.conf'])(
    'is written to the empty /run where its resolv.conf is a link to %s',
    async (link) => {
      const { written, shown } = await settingsOf({ ...folders, [`${tree}/etc/resolv.conf`]: { link } });
      expect(written).toEqual([{ path: '/run/systemd/resolve/stub-resolv.conf', content: 'nameserver 10.0.0.1\n' }]);
      expect(shown).toEqual([{ path: '/usr/sbin/policy-rc.d', from: '/run/lent/policy-rc.d' }]);
    },
  );
  it('follows a link to another file of the image, and never out of it', async () => {
    const files = { ...folders, [`${tree}/etc/resolv.conf`]: { link: '../../../../etc/resolvconf' } };
    expect((await factsOf(files)).resolv).toEqual({ kind: 'shown', path: '/etc/resolvconf' });
  });
  it('takes a placeholder that was left as missing', async () => {
    expect((await factsOf({ ...folders, [`${tree}/etc/resolv.conf`]: placeholder })).missing).toEqual([
      '/etc/resolv.conf',
      '/usr/sbin/policy-rc.d',
    ]);
  });
  it('is nothing where the image has no such folders', async () => {
    expect(await factsOf({ [`${tree}/bin/sh`]: 'elf' })).toMatchObject({ resolv: undefined, policyAt: undefined });
  });
  it('is made before, and taken away where it is still ours', async () => {
    const facts = await factsOf(folders);
    expect(planPrepare(facts).map((step) => ('at' in step ? step.at.path : ''))).toEqual([
      '/run/lent',
      '/run/lent/resolv.conf',
      '/run/lent/policy-rc.d',
      '/etc/resolv.conf',
      '/usr/sbin/policy-rc.d',
    ]);
    const { io } = recorderIo({
      files: { [`${tree}/etc/resolv.conf`]: 'nameserver 9.9.9.9\n', [`${tree}/usr/sbin/policy-rc.d`]: placeholder },
    });
    const left = await leftPlaceholders(io, facts);
    expect(left).toEqual(['/usr/sbin/policy-rc.d']);
    expect(planTidy(facts, left)).toMatchObject([
      { kind: 'remove', at: { root: tree, path: '/usr/sbin/policy-rc.d' } },
      { kind: 'remove', at: { path: '/run/lent' } },
    ]);
  });
});

it('runs the command in the tree, with all mounts in one group', async () => {
  const [group] = planInside(await settingsOf(folders));
  const text = printSteps(group ? [group] : []);
  expect(group?.kind).toBe('group');
  expect(text).toContain(`mount -o bind /run/lent/policy-rc.d ${tree}/usr/sbin/policy-rc.d`);
  expect(text).toContain(`TERM=dumb chroot ${tree} sh\n`);
});
it('enters a namespace of its own', async () => {
  expect(enterArgv(await factsOf(folders), wish).slice(0, 2)).toEqual(['unshare', '--mount']);
});

it('tells machines that read the tree from what an earlier chroot left', async () => {
  const { io } = recorderIo({
    files: {
      '/proc/10/root': { link: tree },
      '/proc/10/cwd': { link: tree },
      '/proc/10/mountinfo': '',
      '/proc/20/root': { link: tree },
      '/proc/20/mountinfo': '30 29 0:5 / /dev rw - devtmpfs x rw\n31 29 0:6 / /proc rw - proc proc rw\n',
      '/proc/30/root': { link: '/' },
      '/proc/30/cwd': { link: `${tree}_old` },
      '/proc/40/root': { link: '/' },
      '/proc/40/cwd': { link: `${tree}/etc` },
      '/proc/40/mountinfo': '31 29 0:6 / /proc rw - proc proc rw\n',
    },
  });
  expect(await usersOf(io, tree)).toEqual({ machines: [10, 40], left: [20] });
});
it('ends what is left softly, and what does not listen hard', async () => {
  const { io, did } = recorderIo({});
  expect(await endAll(io, async () => [7, 8])).toBe(2);
  expect(did).toEqual(['run kill -s TERM -- 7 8', 'run kill -s KILL -- 7 8']);
});
