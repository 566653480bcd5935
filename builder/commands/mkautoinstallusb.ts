import type { CliCommand, CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath, type AbsPath, under } from '../../common/system/place.ts';
import { sayLine } from '../../common/system/terminal.ts';
import { exportMode } from '../../server/images/archive/plan-export.ts';
import { checkReach, emptyCfg, readGivenCfg } from '../local-cfg.ts';
import { checkDevice, type Target } from '../media/check-device.ts';
import { checkImages } from '../media/offline.ts';
import { packedImages } from '../media/packed-images.ts';
import { type Piece, writeDevice, writeImage } from '../media/pieces.ts';
import { readServer } from '../media/syslinux.ts';
import { makeUsb, usbBytes, usbPackages } from '../media/usb.ts';
import { withPackages } from '../media/with-packages.ts';
import type { BuildContext } from '../run.ts';
import { bootFolder, fromHere } from './boot-inputs.ts';

type Options = {
  outFile?: string;
  device?: string;
  config?: string;
  append: string;
  server?: string;
  image?: string[];
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
    'mkautoinstallusb -device /dev/sdb -image web_v1 db_v2 -config local.cfg',
  ],
  declare(command, context) {
    command
      .option('--out-file <file>', 'image file to write')
      .option('--device <device>', 'stick to write to, such as /dev/sdb; the stick is read back')
      .option('--config <file>', 'local.cfg for the stick (default: a local.cfg without settings, to fill in)')
      .option('--server <address>', 'image server, such as 10.0.0.1 or 10.0.0.1:8080 (default: local.cfg, else DHCP)')
      .option('--image <name...>', 'images to put on the stick, for machines without an image server')
      .option('--append <words>', 'more words for the kernel command line of BOEL', '')
      .option(
        '--sector <bytes>',
        'sectors of the stick that an image file is for: 512 or 4096; a device tells its own',
        '512',
      )
      .option('--max-size <GiB>', 'refuse a larger device: it is likely a disk with data', '256')
      .option('--force', 'overwrite data on the device, and write to a device that is not removable')
      .option('--dry-run', 'check local.cfg, the images and the device, and write nothing')
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
  const names = options.image ?? [];
  if (names.length === 0) checkReach(cfg, server);
  const images = await checkImages(context, names, 'amd64');
  const holds = names.length > 0 ? `, with ${names.join(', ')}` : '';
  const boot = await bootFolder(io, root, 'amd64');
  const to = fromHere(outFile ?? device ?? '');
  const wish = { force, maxBytes: maxGib * 1024 ** 3 };
  const check = async (bytes: number) => (device === undefined ? undefined : checkDevice(io, to, { ...wish, bytes }));
  const found = await check(await usbBytes(boot, 512));
  const sectorBytes = readSector(to, found?.sectorBytes ?? Number(options.sector));
  for (const held of found?.holds ?? []) context.print(`${options.dryRun ? 'would destroy' : 'Destroys'} ${held}`);
  if (options.dryRun) return context.print(`would make a stick: ${to}${holds}`);

  const folder = device === undefined ? under(to, '..') : absPath(process.env.TMPDIR ?? '/var/tmp');
  await using packed = await packedImages(context, images, { folder, boot });
  const { work, offline } = packed;
  const needed = await usbBytes(boot, sectorBytes, offline);
  // Again, since its size counts only now, and a long time may have gone by.
  const target = await check(needed);
  const inputs = { server, httpPort, append, localCfg: cfg.content, boot, sectorBytes, offline };
  await withPackages(
    context,
    { packages: usbPackages, programs: { mformat: 'mtools', syslinux: 'syslinux' } },
    async (build, library) => {
      const pieces = await makeUsb(build, library, { ...inputs, bytes: target?.bytes ?? needed }, work);
      if (target) await writeStick(build, target, pieces);
      // Images hold password hashes and host keys.
      else await writeImage(build, to, pieces, offline ? exportMode : 0o644);
    },
  );
  context.print(`${to}: ${(needed / 1024 ** 2).toFixed(0)} MiB, sectors of ${sectorBytes} bytes${holds}`);
  if (sectorBytes === 4096) context.print('Only UEFI starts a stick with sectors of 4096 bytes.');
  const named = cfg.values.IMAGESERVER ?? server;
  if (!offline || named) context.print(`Image server: ${named ?? 'as DHCP says'}`);
}

function readSector(to: AbsPath, bytes: number): 512 | 4096 {
  if (bytes === 512 || bytes === 4096) return bytes;
  throw new UserError(`${to} would have sectors of ${bytes} bytes`, 'Sectors have 512 or 4096 bytes.');
}

async function writeStick(build: BuildContext, target: Target, pieces: readonly Piece[]): Promise<void> {
  await writeDevice(build, target, pieces);
  // The kernel may still hold the old partitions; a failure does no harm, because the next plugging in reads them.
  await build.io.run({ argv: ['blockdev', '--rereadpt', target.node] });
}
