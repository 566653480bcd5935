import { type Command, Option } from 'commander';
import type { CliContext } from '../../common/cli.ts';
import { UserError } from '../../common/system/errors.ts';
import { takeLock } from '../../common/system/lock.ts';
import { entryWays } from '../../install/boot-entries/index.ts';
import { orderReinstall } from '../reinstall/order.ts';
import { checkReinstall, undoReinstall } from '../reinstall/undo.ts';

/** The flags of `updateclient -autoinstall`. */
export type ReinstallOptions = {
  autoinstall?: boolean;
  server?: string;
  image?: string;
  config?: string | true;
  configureFrom?: string;
  httpPort: number;
  rsyncPort: number;
  append?: string;
  loader?: string;
  default?: boolean;
  now?: boolean;
  undo?: boolean;
  check?: boolean;
  reboot?: boolean;
  dryRun?: boolean;
};

/** Declares the flags that only `-autoinstall` has. */
export function declareReinstall(command: Command): Command {
  return command
    .option('-a, --autoinstall', 'reinstall this machine at its next start, by an entry of its own boot loader')
    .option(
      '-c, --config [card]',
      'give the installer the address that a card has now, such as eth0 (by default the card to the image server); without --config, the installer asks DHCP',
    )
    .addOption(new Option('--configure-from <card>').hideHelp())
    .option('--append <words>', 'more words for the kernel of the installer')
    .option('--loader <name>', `use this boot loader: ${entryWays.map(({ name }) => name).join(', ')}`)
    .option('--default', 'start the installer at every start, not at the next start alone')
    .option('--now', 'start the installer at once by kexec, without the boot loader')
    .option('--undo', 'take the order back: the boot loader, the files and local.cfg are as before')
    .option('--check', 'prove, without a restart, that the boot loader would find the installer');
}

/** The flags above that mean nothing to an update. */
export const reinstallFlags = ['config', 'configureFrom', 'append', 'loader', 'default', 'now'] as const;

/** What `updateclient -autoinstall` does. */
export async function reinstallSelf(context: CliContext, options: ReinstallOptions): Promise<void> {
  const { io } = context;
  const isDry = options.dryRun === true;
  if (context.root !== '/')
    throw new UserError('-autoinstall changes the boot loader of this machine, not of a tree', 'Leave out --root.');
  if (options.check) return checkReinstall(context, isDry);
  await using _ = await takeLock(io, '/run/systemimager/locks/updateclient', {
    busy: 'another updateclient is at work on this machine',
  });
  if (options.undo) return undoReinstall(context, isDry);
  if (options.server === undefined)
    throw new UserError('which image server installs this machine?', 'Say -server ADDRESS.');
  if (options.now && options.default)
    throw new UserError('--now starts the installer at once, and --default at every start', 'Leave out one of both.');
  await orderReinstall(context, {
    server: options.server,
    httpPort: options.httpPort,
    rsyncPort: options.rsyncPort,
    card: options.config ?? options.configureFrom,
    image: options.image,
    loader: options.loader,
    lasts: options.default ? 'default' : 'once',
    now: options.now === true,
    append: options.append ?? '',
    reboot: options.reboot === true,
    dryRun: isDry,
  });
}

/** How `-autoinstall` is explained behind the flags. */
export const reinstallHelp = `
With -autoinstall, the machine gets kernel and initrd of the installer from the image server, and starts them once. If the installer does not
start, the next start is the old system. On UEFI, the firmware's BootNext leads to a folder of its own on the EFI system partition; on
a BIOS, the boot loader whose code is on the disk gets an entry. Nothing is changed if the loader is not known, if /boot has no room or is
read-only, if Secure Boot would refuse the kernel, or if the image server has no script for this machine. See docs/reinstall.md.`;
