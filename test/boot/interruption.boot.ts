import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { apply } from '../../common/system/apply.ts';
import { absPath, under } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { serverPaths } from '../../server/config/paths.ts';
import { growingName, oldName } from '../../server/images/old-trees.ts';
import { planSwap } from '../../server/images/swap.ts';
import { gptFor } from '../assets/layouts.ts';
import { layouts } from '../assets/scripts.ts';
import { listInLab } from '../lab/list-in-lab.ts';
import { run } from './harness/processes.ts';
import { row } from './harness/row.ts';
import { expectInstalled } from './parts/expect-installed.ts';
import { bootDirect, expectFailure } from './parts/identify.ts';
import { blank, image, makeSite, type Site, typed, web1 } from './parts/site.ts';

const covers = [
  'runtime/session/',
  'runtime/verbs/',
  'install/source/',
  'install/transports/',
  'common/system/',
  'server/serve/',
];
const installS = 900;

/** rsync gives up on a silent server after a minute (install/transports/rsync-daemon.ts). */
const longCutMs = 75_000;

/** Lets another tree take the image's place, as getimage does. One file is another, one is gone, and one is new on the ESP. */
async function changeImage(site: Site): Promise<string> {
  const paths = serverPaths(absPath(site.root));
  const [at, tree] = [under(paths.images, image), under(paths.images, growingName(image))];
  await run(['cp', '-al', '--', at, tree], { limitMs: 120_000 });
  for (const name of ['etc/motd', 'etc/issue']) await rm(path.join(tree, name));
  await writeFile(path.join(tree, 'etc/motd'), 'The new one.\n');
  await writeFile(path.join(tree, 'boot/efi/new.txt'), 'The new one.\n');
  const old = under(paths.images, oldName(image, realIo.now()));
  await apply(await planSwap(realIo, paths, { image, tree, old }), realIo);
  return at;
}

/** All that the machines of this server told. */
async function reportText(root: string): Promise<string> {
  const folder = path.join(root, 'var/lib/systemimager/reports');
  const texts = (await readdir(folder)).map((name) => readFile(path.join(folder, name), 'utf8'));
  return (await Promise.all(texts)).join('');
}

export default [
  row({
    name: 'interrupted: the server dies and is restarted, the network is cut, a line of the script fails; boel resume goes on',
    covers,
    seconds: 360,
    async run(test) {
      const mark = '/tmp/mended';
      const site = await makeSite(test, { layout: layouts.oneExt4, extra: `test -e ${mark}\n` });
      const disk = await blank(test, '2G');
      const vm = await bootDirect(test, site, `${typed} ONFAIL=shell`, { disks: [disk], memoryMb: 1024 });

      await vm.console(/image: [2-4]\d %/, { withinS: installS });
      await site.killServer();
      await vm.console('trying again in', { withinS: 120 });
      await site.startServer();

      await vm.console(/image: \d+ %/, { withinS: installS });
      await site.stopServer();
      await vm.console('the server was stopped; trying again in', { withinS: 60 });
      await site.startServer();

      await vm.console(/image: \d+ %/, { withinS: installS });
      await site.wire.run(['ip', 'link', 'set', 'tap0', 'down']);
      await delay(longCutMs);
      await site.wire.run(['ip', 'link', 'set', 'tap0', 'up']);

      await vm.console('a line of the script after `boel boot` ended with exit code 1', { withinS: installS });
      await vm.console(/boel:\S+# /, { withinS: 30 });
      await vm.send(`touch ${mark}; boel resume`);
      await vm.console('The machine switches itself off.', { withinS: installS });
      await vm.off();
      const told = await reportText(site.root);
      for (const part of ['"kind":"log"', 'a line of the script after', '"kind":"finished"'])
        if (!told.includes(part)) throw new Error(`the report has no ${part}:\n${told}`);
      await expectInstalled(vm, site.tree, [{ disk, number: 2, type: 'ext4', dir: '' }]);
      const installed = await test.boot({ name: 'installed', disks: [disk], nics: [{ wire: site.wire }] });
      await installed.console(`${web1.host} login:`, { withinS: 300 });
      await installed.kill();
    },
  }),

  row({
    name: 'interrupted: the resident program is killed in the middle of a pull; the script goes on, and so do the reports',
    covers: ['runtime/', 'builder/asker/', 'builder/initrd/root/', 'common/system/'],
    seconds: 200,
    async run(test) {
      const site = await makeSite(test, { layout: layouts.oneExt4 });
      const disk = await blank(test, '2G');
      const vm = await bootDirect(test, site, typed, { disks: [disk], memoryMb: 1024 });
      await vm.console(/image: [1-5]\d %/, { withinS: installS });
      await vm.send('');
      await vm.console(/boel:\S+# /, { withinS: 60 });
      // Only the resident program is spared when memory is short.
      await vm.send("kill -9 $(grep -l '^-900' /proc/[0-9]*/oom_score_adj | cut -d/ -f3)");
      await vm.console('boel ended with exit code 137', { withinS: 60 });
      await vm.console('boel does image by itself', { withinS: 60 });
      await vm.console('The machine switches itself off.', { withinS: installS });
      await vm.off();
      const told = await reportText(site.root);
      for (const kind of ['started', 'finished'])
        if (told.split(`"kind":"${kind}"`).length !== 2) throw new Error(`the report has not one ${kind}:\n${told}`);
      if (!told.includes('which should not happen')) throw new Error(`the report has no log of the end:\n${told}`);
      await expectInstalled(vm, site.tree, [{ disk, number: 2, type: 'ext4', dir: '' }]);
    },
  }),

  row({
    name: 'interrupted: another tree takes the image’s place in the middle of a pull; the machine holds one of them whole',
    covers: [...covers, 'server/images/'],
    seconds: 220,
    async run(test) {
      const { text, parts } = gptFor('uefi', 'ext4');
      const site = await makeSite(test, { layout: text });
      const disk = await blank(test, '2G');
      const vm = await bootDirect(test, site, typed, { disks: [disk], firmware: 'uefi', memoryMb: 1024 });
      await vm.console(/image: [1-5]\d %/, { withinS: installS });
      const tree = await changeImage(site);
      await vm.console('on the image server: once more', { withinS: installS });
      await vm.console('The machine switches itself off.', { withinS: installS });
      await vm.off();
      await expectInstalled(
        vm,
        tree,
        parts.map((part) => ({ ...part, disk })),
        ['boot/efi/**'],
      );
      const efi = await listInLab(test, [disk], [{ device: '/dev/vda1', type: 'vfat', dir: '' }]);
      if (!efi.has('new.txt')) throw new Error(`the ESP is that of before: ${[...efi.keys()].join(' ')}`);
    },
  }),

  row({
    name: 'interrupted: the disk fills up, since the script asks for no check',
    covers,
    seconds: 90,
    async run(test) {
      const layout = layouts.oneExt4.replace('min=500MiB', 'min=100MiB');
      const site = await makeSite(test, { layout, isChecked: false });
      const disk = await blank(test, '300M');
      await expectFailure(test, site, typed, { disks: [disk] }, [
        `Pull image ${image}: rsync exited 11`,
        'No space left on device',
        'Check with df that the target is large enough',
      ]);
    },
  }),
];
