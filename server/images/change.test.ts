import { describe, expect, it } from 'vitest';
import { apply, printSteps } from '../../common/system/apply.ts';
import type { Step } from '../../common/system/step.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { serverPaths } from '../config/paths.ts';
import { planCopy, planMove, planRemove } from './change.ts';
import { checkFree, checkHalfMoved } from './free-name.ts';
import { renamedScript, scriptFor } from './renamed-script.ts';
import { type ImageTies, imageOrRest, imageTies, usersOf } from './ties.ts';

const lib = '/var/lib/systemimager';
const script =
  "#!/bin/sh\n# web.master: installs image web.\nboel layout --image web <<'LAYOUT'\n/dev/sda1 ext4 label=web\nLAYOUT\nboel image web   # web\n";
const hosts = [
  { host: 'www1', image: 'web' },
  { host: 'db1', image: 'web2' },
];
const files = {
  [`${lib}/images/web`]: { dir: true } as const,
  [`${lib}/images/web2`]: { dir: true } as const,
  [`${lib}/scripts/web.master`]: script,
  [`${lib}/scripts/www1.sh`]: { link: 'web.master' },
  [`${lib}/scripts/db1.sh`]: { link: 'web2.master' },
  [`${lib}/manifests/web.facts.json`]: '{}',
  [`${lib}/manifests/web.manifest`]: '# systemimager manifest',
  [`${lib}/hosts.json`]: JSON.stringify({ version: 1, machines: hosts }),
};
const { io } = recorderIo({ files });
const paths = serverPaths('/');
const commands = (steps: Step[]) =>
  printSteps(steps)
    .split('\n')
    .filter((line) => /^(mv|cp|rm|ln)/.test(line));

describe('an image', () => {
  it('is copied with its script', async () => {
    const steps = planCopy(paths, await imageTies(io, paths, 'web'), 'web_v2');
    expect(commands(steps)).toEqual([
      `rm -rf --one-file-system -- ${lib}/images/.web_v2.new`,
      `cp -a --reflink=auto -- ${lib}/images/web ${lib}/images/.web_v2.new`,
      `cp ${lib}/manifests/web.manifest ${lib}/manifests/web_v2.manifest`,
      `mv -T ${lib}/images/.web_v2.new ${lib}/images/web_v2`,
    ]);
    expect(printSteps(steps)).toContain('boel image web_v2   # web_v2');
  });

  it('moves with its script, its machines and what is known of it', async () => {
    const steps = planMove(paths, await imageTies(io, paths, 'web'), 'shop');
    expect(commands(steps)).toEqual([
      `mv -T ${lib}/images/web ${lib}/images/shop`,
      `ln -sfn shop.master ${lib}/scripts/www1.sh`,
      `mv -T ${lib}/manifests/web.facts.json ${lib}/manifests/shop.facts.json`,
      `mv -T ${lib}/manifests/web.manifest ${lib}/manifests/shop.manifest`,
      `rm -rf ${lib}/scripts/web.master`,
    ]);
    expect(printSteps(steps)).toContain('"image": "shop"');
    expect(printSteps(steps)).toContain('"image": "web2"');
  });

  it('is not removed while machines install it, unless that is wanted', async () => {
    const ties = await imageTies(io, paths, 'web');
    const now = new Date(0);
    expect(() => planRemove(paths, ties, now, false)).toThrow('web is installed by www1');
    expect(commands(planRemove(paths, ties, now, true))).toEqual([
      `rm -rf ${lib}/scripts/www1.sh`,
      `rm -rf ${lib}/scripts/web.master`,
      `rm -rf ${lib}/manifests/web.facts.json`,
      `rm -rf ${lib}/manifests/web.manifest`,
      `mv -T ${lib}/images/web ${lib}/images/.web.old-19700101000000000`,
    ]);
  });

  it.each([
    ['moved', planMove],
    ['copied', planCopy],
    ['removed', (all: typeof paths, ties: ImageTies) => planRemove(all, ties, new Date(0), true)],
  ])('that is being %s ends as it should, wherever the command is cut off and typed again', async (what, plan) => {
    const run = async (cutAt: number) => {
      const { io: there, files: left } = recorderIo({ files });
      const carryOut = async (most: number) => {
        const ties = await imageOrRest(there, paths, 'web');
        const words = scriptFor(ties, 'shop');
        if (what === 'moved' && !ties.isThere) await checkHalfMoved(there, paths, ties, 'shop');
        else if (what !== 'removed') await checkFree(there, paths, 'shop', { script: words });
        const steps = plan(paths, ties, 'shop');
        // What cp(1) does.
        left.set(`${lib}/images/.shop.new`, { dir: true });
        await apply(steps.slice(0, most), there);
        left.delete(`${lib}/images/.shop.new`);
        return steps.length;
      };
      const all = await carryOut(cutAt);
      if (cutAt < all) await carryOut(Number.POSITIVE_INFINITY);
      return { all, left: Object.fromEntries(left) };
    };
    const { all, left } = await run(Number.POSITIVE_INFINITY);
    for (let cutAt = 0; cutAt < all; cutAt += 1) expect((await run(cutAt)).left).toEqual(left);
  });

  it('is used by machines with scripts of their own, by what is known of machines, and by other scripts', () => {
    const links = ['www9.sh', 'www1.sh'];
    expect(usersOf({ name: 'web', links, otherScripts: ['db1.sh', 'both.master'], hosts })).toEqual([
      'both.master',
      'db1',
      'www1',
      'www9',
    ]);
  });

  it('that never came to be is given up: whatever tree is left of it goes', async () => {
    const trees = ['new', 'own', 'ready'].map((as) => `${lib}/images/.half.${as}`);
    const others = [`${lib}/images/.other.new`];
    const half = recorderIo({ files: Object.fromEntries([...trees, ...others].map((tree) => [tree, { dir: true }])) });
    const ties = await imageOrRest(half.io, paths, 'half');
    expect(commands(planRemove(paths, ties, new Date(0), false))).toEqual(
      trees.map((tree) => `rm -rf --one-file-system -- ${tree}`),
    );
  });

  it('that is not there is no half of another', async () => {
    const ties = { ...(await imageTies(io, paths, 'web')), name: 'gone', isThere: false };
    await expect(checkHalfMoved(io, paths, ties, 'web2')).rejects.toThrow('there is no image "gone"');
    await expect(imageOrRest(io, paths, 'gone')).rejects.toThrow('there is no image "gone"');
  });

  it.each(['web2', '../x', 'scripts', 'a b'])('does not get the name %j', async (name) => {
    await expect(checkFree(io, paths, name)).rejects.toThrow(/is there already|image name/);
  });

  it('keeps every other word of its script', () => {
    expect(renamedScript(script, 'web', 'shop')).toBe(
      "#!/bin/sh\n# shop.master: installs image shop.\nboel layout --image shop <<'LAYOUT'\n/dev/sda1 ext4 label=web\nLAYOUT\nboel image shop   # shop\n",
    );
    expect(renamedScript('boel image web-old\n', 'web', 'shop')).toBe('boel image web-old\n');
  });
});

it('refuses a name that differs from that of another image only in small and capital letters, but for the same image', async () => {
  const { io: own } = recorderIo({ files: { '/var/lib/systemimager/images/web': { dir: true } } });
  await expect(checkFree(own, serverPaths('/'), 'Web')).rejects.toThrow('there is an image web');
  await expect(checkFree(own, serverPaths('/'), 'Web', { instead: 'web' })).resolves.toBeUndefined();
  await expect(checkFree(own, serverPaths('/'), 'web2')).resolves.toBeUndefined();
});
