import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { checkReach, emptyCfg, readGivenCfg } from '../local-cfg.ts';
import { floppySizes } from '../media/fat.ts';
import { makeFloppy } from '../media/floppy.ts';
import { readServer, syslinuxPackages } from '../media/syslinux.ts';
import { writeDevice } from '../media/pieces.ts';
import { checkDevice } from '../media/check-device.ts';
import { withPackages } from '../media/with-packages.ts';
import { fromHere } from './boot-inputs.ts';

type Options = {
  outFile?: string;
  floppy?: string;
  config?: string;
  append: string;
  server?: string;
  size: string;
  force?: boolean;
  dryRun?: boolean;
};

/** `systemimager mkautoinstalldiskette`: a floppy that starts BOEL from the image server. */
export const mkautoinstalldisketteCommand: CliCommand = {
  name: 'mkautoinstalldiskette',
  summary: 'make a floppy that boots the installer, for machines that cannot boot from the network',
  examples: [
    'mkautoinstalldiskette -out-file boel.img -server 10.0.0.1',
    'mkautoinstalldiskette -floppy /dev/fd0 -config local.cfg',
    'mkautoinstalldiskette -out-file virtual.img -size 2880 -config local.cfg -append "nomodeset"',
  ],
  declare(command, context) {
    command
      .option('--out-file <file>', 'image file to write')
      .option('--floppy <device>', 'floppy drive to write to, such as /dev/fd0; the floppy is read back')
      .option('--config <file>', 'local.cfg for the floppy (default: a local.cfg without settings, to fill in)')
      .option('--server <address>', 'image server, such as 10.0.0.1 or 10.0.0.1:8080 (default: local.cfg, else DHCP)')
      .option('--append <words>', 'more words for the kernel command line of BOEL', '')
      .option('--size <KiB>', `size of the floppy in KiB: ${floppySizes.join(' or ')}`, '1440')
      .option('--force', 'overwrite data on the device, and write to a device that is not removable')
      .option('--dry-run', 'check local.cfg and the device, and write nothing')
      .action(async (options: Options) => make(context, options));
  },
};

async function make(context: CliContext, options: Options): Promise<void> {
  const { outFile, floppy, append, force = false } = options;
  if ((outFile === undefined) === (floppy === undefined))
    throw new UserError(
      'mkautoinstalldiskette writes a file or a floppy',
      'Give one of the two: --out-file FILE or --floppy /dev/fd0',
    );
  const kib = floppySizes.find((one) => String(one) === options.size);
  if (kib === undefined)
    throw new UserError(`--size ${options.size} is no size of a floppy`, `Give ${floppySizes.join(' or ')}.`);
  const { server, httpPort } = readServer(options.server);
  const cfg = options.config === undefined ? emptyCfg : await readGivenCfg(fromHere(options.config), sayLine);
  checkReach(cfg, server);
  const to = fromHere(outFile ?? floppy ?? '');
  const { io } = context;
  const target = floppy === undefined ? undefined : await checkDevice(io, to, { bytes: kib * 1024, force });
  if (options.dryRun) return context.print(`would make a floppy of ${kib} KiB: ${to}`);

  const needed = { packages: syslinuxPackages, programs: { mformat: 'mtools', syslinux: 'syslinux' } };
  await withPackages(context, needed, async (build, library) => {
    const { image, freeBytes } = await makeFloppy(build, library, {
      kib,
      server,
      httpPort,
      append,
      localCfg: cfg.content,
    });
    if (target) await writeDevice(build, target, [{ offset: 0, content: image }]);
    else await io.write(to, image, { mode: 0o644 });
    context.print(`${to}: ${image.length} bytes, of which ${freeBytes} are free`);
  });
  context.print(`Image server: ${cfg.values.IMAGESERVER ?? server ?? 'as DHCP says'}`);
}
