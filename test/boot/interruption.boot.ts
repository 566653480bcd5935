import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { layouts } from '../assets/scripts.ts';
import { row } from './harness/row.ts';
import { expectInstalled } from './parts/expect-installed.ts';
import { bootDirect, expectFailure } from './parts/identify.ts';
import { blank, image, makeSite, typed, web1 } from './parts/site.ts';

const covers = ['runtime/session/', 'runtime/verbs/', 'install/transports/', 'common/system/', 'server/serve/'];
const installS = 900;

/** rsync gives up on a silent server after a minute (install/transports/rsync.ts). */
const longCutMs = 75_000;

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
