import fs from 'node:fs/promises';
import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { checkReach, emptyCfg, readGivenCfg } from '../local-cfg.ts';
import { checkDevice, type Target } from '../media/check-device.ts';
import { writeDevice, writePieces } from '../media/pieces.ts';
import { temporaryFolder } from '../media/staging.ts';
import { readServer } from '../media/syslinux.ts';
import { makeUsb, usbBytes, usbPackages } from '../media/usb.ts';
import { withPackages } from '../media/with-packages.ts';
import type { BuildContext } from '../run.ts';
import { fromHere } from './boot-inputs.ts';

type Options = {
  outFile?: string;
  device?: string;
  config?: string;
  append: string;
  server?: string;
  sector: string;
  maxSize: string;
  force?: boolean;
  dryRun?: boolean;
};

/** `systemimager mkautoinstallusb`: a stick that starts BOEL, whose local.cfg every computer can edit. */
export const mkautoinstallusbCommand: CliCommand = {
  name: 'mkautoinstallusb',
  summary:
    'make a USB stick that boots the installer by BIOS, UEFI and Secure Boot; Windows and macOS can edit its local.cfg',
  examples: [
    'mkautoinstallusb -device /dev/sdb -server 10.0.0.1',
    'mkautoinstallusb -out-file stick.img -config local.cfg',
    'mkautoinstallusb -out-file stick.img -sector 4096 -server 10.0.0.1',
  ],
  declare(command, context) {
    command
      .option('--out-file <file>', 'image file to write')
      .option('--device <device>', 'stick to write to, such as /dev/sdb; the stick is read back')
      .option('--config <file>', 'local.cfg for the stick (default: a local.cfg without settings, to fill in)')
      .option('--server <address>', 'image server, such as 10.0.0.1 or 10.0.0.1:8080 (default: local.cfg, else DHCP)')
      .option('--append <words>', 'more words for the kernel command line of BOEL', '')
      .option(
        '--sector <bytes>',
        'sectors of the stick that an image file is for: 512 or 4096; a device tells its own',
        '512',
      )
      .option('--max-size <GiB>', 'refuse a larger device: it is likely a disk with data', '256')
      .option('--force', 'overwrite data on the device, and write to a device that is not removable')
      .option('--dry-run', 'check local.cfg and the device, and write nothing')
      .action(async (options: Options) => make(context, options));
  },
};

async function make(context: CliContext, options: Options): Promise<void> {
  const { io, root } = context;
  const { outFile, device, append, force = false } = options;
  if ((outFile === undefined) === (device === undefined))
    throw new UserError(
      'mkautoinstallusb writes a file or a stick',
      'Give one of the two: --out-file FILE or --device /dev/sdX',
    );
  const maxGib = Number(options.maxSize);
  if (!(maxGib > 0))
    throw new UserError(`--max-size ${options.maxSize} is no size`, 'Give a number of GiB, such as 256.');
  const { server, httpPort } = readServer(options.server);
  const cfg = options.config === undefined ? emptyCfg : await readGivenCfg(fromHere(options.config), sayLine);
  checkReach(cfg, server);
  const boot = under(root, 'var/lib/systemimager/boot/amd64');
  if ((await io.lstat(under(boot, 'initrd.img'))) === undefined)
    throw new UserError(`there is no kernel and no initrd in ${boot}`, 'Run: systemimager build boot');
  const to = fromHere(outFile ?? device ?? '');
  const needed = await usbBytes(boot);
  const wish = { bytes: needed, force, maxBytes: maxGib * 1024 ** 3 };
  const target = device === undefined ? undefined : await checkDevice(io, to, wish);
  const sectorBytes = [512, 4096].find((one) => one === (target?.sectorBytes ?? Number(options.sector))) as
    | 512
    | 4096
    | undefined;
  if (sectorBytes === undefined)
    throw new UserError(
      `${to} would have sectors of ${target?.sectorBytes ?? options.sector} bytes`,
      'Sectors have 512 or 4096 bytes.',
    );
  for (const held of target?.holds ?? []) context.print(`${options.dryRun ? 'would destroy' : 'Destroys'} ${held}`);
  if (options.dryRun) return context.print(`would make a stick: ${to}`);

  const bytes = target?.bytes ?? needed;
  const inputs = { server, httpPort, append, localCfg: cfg.content, boot, sectorBytes, bytes };
  await withPackages(
    context,
    { packages: usbPackages, programs: { mformat: 'mtools', syslinux: 'syslinux' } },
    async (build, library) => {
      await using work = await temporaryFolder();
      const pieces = await makeUsb(build, library, inputs, work.path);
      if (target) await writeStick(build, target, pieces);
      else await writeImage(build, to, pieces);
    },
  );
  context.print(`${to}: ${(needed / 1024 ** 2).toFixed(0)} MiB, sectors of ${sectorBytes} bytes`);
  if (sectorBytes === 4096) context.print('Only UEFI starts a stick with sectors of 4096 bytes.');
  context.print(`Image server: ${cfg.values.IMAGESERVER ?? server ?? 'as DHCP says'}`);
}

async function writeStick(
  build: BuildContext,
  target: Target,
  pieces: Parameters<typeof writeDevice>[2],
): Promise<void> {
  await writeDevice(build, target, pieces);
  // The kernel may still hold the old partitions; a failure does no harm, because the next plugging in reads them.
  await build.io.run({ argv: ['blockdev', '--rereadpt', target.node] });
}

/** Whole or not at all, with holes between the pieces. */
async function writeImage(build: BuildContext, to: AbsPath, pieces: Parameters<typeof writeDevice>[2]): Promise<void> {
  const temporary: AbsPath = `${to}.${process.pid}.tmp`;
  try {
    {
      await using file = await fs.open(temporary, 'w', 0o644);
      await writePieces(build, file, pieces, to);
    }
    await fs.rename(temporary, to);
  } finally {
    await fs.rm(temporary, { force: true });
  }
}
