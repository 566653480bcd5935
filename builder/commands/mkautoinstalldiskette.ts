import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { checkReach, emptyCfg, readGivenCfg } from '../local-cfg.ts';
import { floppySizes } from '../media/fat.ts';
import { makeFloppy, readFloppySize, superfloppyKib } from '../media/floppy.ts';
import { readServer, syslinuxPackages } from '../media/syslinux.ts';
import { writeDevice, writeImage } from '../media/pieces.ts';
import { checkDevice } from '../media/check-device.ts';
import { temporaryFolder } from '../media/staging.ts';
import { withPackages } from '../media/with-packages.ts';
import { bootFolder, fromHere } from './boot-inputs.ts';

type Options = {
  outFile?: string;
  floppy?: string;
  superfloppy?: boolean;
  config?: string;
  append: string;
  server?: string;
  size?: string;
  force?: boolean;
  dryRun?: boolean;
};

/** `systemimager mkautoinstalldiskette`: a floppy that starts BOEL from the image server, or that holds BOEL itself. */
export const mkautoinstalldisketteCommand: CliCommand = {
  name: 'mkautoinstalldiskette',
  summary: 'make a floppy that boots the installer, for machines that cannot boot from the network',
  examples: [
    'mkautoinstalldiskette -out-file boel.img -server 10.0.0.1',
    'mkautoinstalldiskette -floppy /dev/fd0 -config local.cfg',
    'mkautoinstalldiskette -out-file virtual.img -size 2880 -config local.cfg -append "nomodeset"',
    'mkautoinstalldiskette -superfloppy -out-file zip.img -size 98304',
    'mkautoinstalldiskette -superfloppy -floppy /dev/sdb -config local.cfg',
  ],
  declare(command, context) {
    command
      .option('--out-file <file>', 'image file to write')
      .option('--floppy <device>', 'floppy drive to write to, such as /dev/fd0; the floppy is read back')
      .option(
        '--superfloppy',
        'put kernel and initrd on the medium too: for a ZIP or LS-120 disk, or a USB stick that shall have no table of partitions',
      )
      .option('--config <file>', 'local.cfg for the floppy (default: a local.cfg without settings, to fill in)')
      .option('--server <address>', 'image server, such as 10.0.0.1 or 10.0.0.1:8080 (default: local.cfg, else DHCP)')
      .option('--append <words>', 'more words for the kernel command line of BOEL', '')
      .option(
        '--size <KiB>',
        `size of the filesystem in KiB: ${floppySizes.join(' or ')} (default: ${floppySizes[0]}); with --superfloppy any size, such as 98304 for ZIP and 123264 for LS-120 (default: as needed)`,
      )
      .option('--force', 'overwrite data on the device, and write to a device that is not removable')
      .option('--dry-run', 'check local.cfg and the device, and write nothing')
      .action(async (options: Options) => make(context, options));
  },
};

async function make(context: CliContext, options: Options): Promise<void> {
  const { outFile, floppy, append, force = false, superfloppy: isSuper = false } = options;
  if ((outFile === undefined) === (floppy === undefined))
    throw new UserError(
      'mkautoinstalldiskette writes a file or a floppy',
      'Give one of the two: --out-file FILE or --floppy /dev/fd0',
    );
  const typedKib = options.size === undefined ? undefined : readFloppySize(options.size, isSuper);
  const { server, httpPort } = readServer(options.server);
  const cfg = options.config === undefined ? emptyCfg : await readGivenCfg(fromHere(options.config), sayLine);
  checkReach(cfg, server);
  const { io, root } = context;
  const boot = isSuper ? await bootFolder(io, root, 'amd64') : undefined;
  const kib = boot ? await superfloppyKib(boot, typedKib) : (typedKib ?? floppySizes[0]);
  const to = fromHere(outFile ?? floppy ?? '');
  const target = floppy === undefined ? undefined : await checkDevice(io, to, { bytes: kib * 1024, force });
  for (const held of target?.holds ?? []) context.print(`${options.dryRun ? 'would destroy' : 'Destroys'} ${held}`);
  if (options.dryRun) return context.print(`would make a floppy of ${kib} KiB: ${to}`);

  const needed = { packages: syslinuxPackages, programs: { mformat: 'mtools', syslinux: 'syslinux' } };
  await withPackages(context, needed, async (build, library) => {
    await using work = await temporaryFolder();
    const inputs = { kib, server, httpPort, append, localCfg: cfg.content, boot };
    const { file, freeBytes } = await makeFloppy(build, library, inputs, work.path);
    const pieces = [{ offset: 0, from: file }];
    await (target ? writeDevice(build, target, pieces) : writeImage(build, to, pieces));
    context.print(`${to}: ${kib * 1024} bytes, of which ${freeBytes} are free`);
  });
  context.print(`Image server: ${cfg.values.IMAGESERVER ?? server ?? 'as DHCP says'}`);
}
