import { describe, expect, it } from 'vitest';
import { printSteps } from '../../common/system/apply.ts';
import type { Step } from '../../common/system/step.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { serverPaths } from '../config/paths.ts';
import { checkFree, imageTies, planCopy, planMove, planRemove, renamedScript } from './change.ts';

const lib = '/var/lib/systemimager';
const script =
  "#!/bin/sh\n# web.master: installs image web.\nboel layout --image web <<'LAYOUT'\n/dev/sda1 ext4 label=web\nLAYOUT\nboel image web   # web\n";
const hosts = [
  { host: 'www1', image: 'web' },
  { host: 'db1', image: 'web2' },
];
const { io } = recorderIo({
  files: {
    [`${lib}/images/web`]: { kind: 'dir' },
    [`${lib}/images/web2`]: { kind: 'dir' },
    [`${lib}/scripts/web.master`]: script,
    [`${lib}/scripts/www1.sh`]: { link: 'web.master' },
    [`${lib}/scripts/db1.sh`]: { link: 'web2.master' },
    [`${lib}/manifests/web.facts.json`]: '{}',
    [`${lib}/manifests/web.manifest`]: '# systemimager manifest',
    [`${lib}/hosts.json`]: JSON.stringify({ version: 1, machines: hosts }),
  },
});
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
      `mv -T ${lib}/images/.web_v2.new ${lib}/images/web_v2`,
      `cp ${lib}/manifests/web.manifest ${lib}/manifests/web_v2.manifest`,
    ]);
    expect(printSteps(steps)).toContain('boel image web_v2   # web_v2');
  });

  it('moves with its script, its machines and what is known of it', async () => {
    const steps = planMove(paths, await imageTies(io, paths, 'web'), 'shop');
    expect(commands(steps)).toEqual([
      `mv -T ${lib}/images/web ${lib}/images/shop`,
      `ln -sfn shop.master ${lib}/scripts/www1.sh`,
      `rm -rf ${lib}/scripts/web.master`,
      `mv -T ${lib}/manifests/web.facts.json ${lib}/manifests/shop.facts.json`,
      `mv -T ${lib}/manifests/web.manifest ${lib}/manifests/shop.manifest`,
    ]);
    expect(printSteps(steps)).toContain('"image": "shop"');
    expect(printSteps(steps)).toContain('"image": "web2"');
  });

  it('is not removed while machines install it, unless that is wanted', async () => {
    const ties = await imageTies(io, paths, 'web');
    const now = new Date(0);
    expect(() => planRemove(paths, ties, now, false)).toThrow('web is what 1 machines install: www1');
    expect(commands(planRemove(paths, ties, now, true))).toEqual([
      `mv -T ${lib}/images/web ${lib}/images/.web.old-19700101000000000`,
      `rm -rf ${lib}/scripts/www1.sh`,
      `rm -rf ${lib}/scripts/web.master`,
      `rm -rf ${lib}/manifests/web.facts.json`,
      `rm -rf ${lib}/manifests/web.manifest`,
    ]);
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
