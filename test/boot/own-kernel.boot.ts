import { existsSync, readdirSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { ownKey } from '../../builder/kernel/source/kernel-key.ts';
import { realIo } from '../../common/system/real-io.ts';
import { cacheFile } from '../assets/cache.ts';
import { foreignKernel } from '../assets/foreign-kernel.ts';
import { buildBoel } from '../assets/fresh-build.ts';
import { layouts } from '../assets/scripts.ts';
import { type RowContext, row } from './harness/row.ts';
import { expectInstalled } from './parts/expect-installed.ts';
import { blank, makeSite, typed } from './parts/site.ts';

const covers = ['builder/kernel/', 'builder/initrd/', 'kernel-config/', 'machine/modules.ts', 'runtime/discovery/'];

/** Builds BOEL with the kernel that `words` name, or with the one that `drops` lays below the server's root, and installs a machine. */
async function expectInstallation(
  test: RowContext,
  wish: { words?: string[]; drops?: (folder: string) => Promise<void>; version: RegExp },
): Promise<void> {
  const site = await makeSite(test, { layout: layouts.oneExt4, ip: 'static' });
  const dropIn = path.join(site.root, 'etc/systemimager/boot/amd64');
  await mkdir(dropIn, { recursive: true });
  await wish.drops?.(dropIn);
  const { report } = await buildBoel(site.root, cacheFile(''), wish.words);
  const { append } = await site.direct(typed);
  const disk = await blank(test, '2G');
  const vm = await test.boot({
    direct: {
      kernel: path.join(report.folder, 'kernel'),
      initrd: path.join(report.folder, 'initrd.img'),
      // The kernel's first line, which names its version.
      append: append.replace('loglevel=4', 'loglevel=6'),
    },
    disks: [disk],
    nics: [{ wire: site.wire }],
    noReboot: true,
    memoryMb: 512,
  });
  await vm.console(wish.version, { withinS: 60 });
  await vm.console('The machine switches itself off.', { withinS: 900 });
  await vm.off();
  await expectInstalled(vm, site.tree, [{ disk, number: 2, type: 'ext4', dir: '' }]);
}

/** True if the kernel of this checkout was compiled: compiling takes longer than all other rows. */
async function isCompiled(): Promise<boolean> {
  const kernels = cacheFile('kernels');
  if (!existsSync(kernels)) return false;
  const key = await ownKey({ io: realIo, signal: new AbortController().signal, say: () => {} });
  return readdirSync(kernels).some((name) => name.endsWith(`-${key}`));
}

export default [
  row({
    name: 'kernel: a kernel of Debian 13 and its modules, dropped into /etc/systemimager, install a machine',
    covers,
    seconds: 330,
    async run(test) {
      const { kernel, modules, config, version } = await foreignKernel('trixie');
      await expectInstallation(test, {
        drops: async (folder) => {
          for (const [name, target] of Object.entries({ kernel, modules, config }))
            await symlink(target, path.join(folder, name));
        },
        version: new RegExp(`Linux version ${RegExp.escape(version)} `),
      });
    },
  }),
  row({
    name: 'kernel: the kernel from source, which has no modules, installs a machine',
    covers,
    seconds: 330,
    isReady: await isCompiled(),
    run: (test) => expectInstallation(test, { words: ['--kernel', 'source'], version: /Linux version \S+-boel / }),
  }),
];
