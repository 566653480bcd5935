import { mkdtemp, rm } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { architectures } from '../common/boot/architectures.ts';
import type { CliCommand, CliContext } from '../common/cli.ts';
import { apply } from '../common/system/apply.ts';
import { absPath } from '../common/system/place.ts';
import { sayLine } from '../common/system/terminal.ts';
import { planGrubFiles } from '../server/netboot/grub-script.ts';
import { bootSentence, readVmFacts, type VmFacts } from './facts.ts';
import { removeTap } from './bridge.ts';
import { grubOf, planVm, type VmPlan } from './plan.ts';
import type { Console } from './qemu/machine.ts';
import { takeOutAtReset } from './take-out.ts';
import { buses, firmwares, readWish, type VmOptions, type VmWish } from './wish.ts';

/** Disks that go away with their machine lie here: /tmp may be memory. */
const temporary = process.env.TMPDIR ?? '/var/tmp';

async function start(context: CliContext, host: string | undefined, options: VmOptions): Promise<void> {
  const { io, root } = context;
  const wish = readWish(host, options, context.isTerminal);
  const facts = await readVmFacts(io, root, wish);
  for (const line of sentences(wish, facts)) sayLine(line);
  if (options.dryRun) {
    const folder = absPath(`${temporary}/systemimager-vm-${facts.who.host ?? 'vm'}`);
    return context.carryOut((await planVm(wish, facts, { folder, tap: tapOf(wish) })).steps, { dryRun: true });
  }
  await using held = new AsyncDisposableStack();
  const folder = absPath(await mkdtemp(`${temporary}/systemimager-vm-`));
  held.defer(() => rm(folder, { recursive: true, force: true }));
  const tap = tapOf(wish);
  if (tap !== undefined) held.defer(() => apply([removeTap(tap)], io).catch(() => {}));
  const plan = await planVm(wish, facts, { folder, tap });
  if (plan.grub) held.use(followGrub(context, facts, plan, plan.grub));
  const { takeOut } = plan;
  const over = new AbortController();
  const taken = takeOut && takeOutAtReset(takeOut.socket, takeOut.command, over.signal);
  try {
    await context.carryOut(plan.steps, {});
  } finally {
    over.abort();
    await taken;
  }
}

/** The name says which process the tap belongs to. */
const tapOf = ({ bridge }: VmWish) => (bridge === undefined ? undefined : `sivm${process.pid}`);

function sentences(wish: VmWish, facts: VmFacts): string[] {
  const { who, accel, medium, paths } = facts;
  const made = `${paths.hosts} has no MAC of ${who.host}, so the machine gets ${who.mac}, which is made from its name.`;
  const asks = medium.kind === 'pxe' || medium.kind === 'floppy';
  return [
    ...(who.host !== undefined && who.isMacMade ? [made] : []),
    ...(asks ? [bootSentence(facts)] : []),
    ...(accel.why === undefined ? [] : [`Without KVM the machine is emulated, several times slower: ${accel.why}.`]),
    ...(wish.screen?.kind === 'vnc' ? [`The screen of the machine: vncviewer ${wish.screen.at}`] : []),
    ...consoleSentence(wish.console),
  ];
}

function consoleSentence(console: Console): string[] {
  if (console.kind === 'file') return [`The console of the machine: ${console.file}`];
  return console.kind === 'terminal' ? ['Ctrl-a x switches the machine off.'] : [];
}

const lookMs = 1000;

/** Keeps grub's files true while the machine runs: a machine that has installed itself starts its own disk from then on. */
function followGrub({ io }: CliContext, facts: VmFacts, { tftp }: VmPlan, first: Map<string, string>): Disposable {
  let last = first;
  let isBusy = false;
  const look = async () => {
    const now = await grubOf(facts);
    await apply(planGrubFiles({ tftp }, last, now), io);
    last = now;
  };
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    look()
      .catch((error: unknown) => sayLine(`grub's files could not be written: ${String(error)}`))
      .finally(() => (isBusy = false));
  }, lookMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const help = `
Any user may start a machine: QEMU's own network leads the machine to the image server of this computer, and to all that this computer
reaches. The machine gets its name by DHCP, and its MAC from addclients -mac-file. --bridge, which needs root, puts the machine into a real network instead.

A disk is a size, for a blank disk that goes away with the machine; or a file whose name ends in .qcow2, .raw or .img, which stays and
is used as it is; or FILE:SIZE, which makes a missing file. So a virtual machine is deployed from an image: install it once onto a file.

A medium is pxe; or disk, the first disk; or a file, whose content tells whether it is a CD, a USB stick or a floppy. cd=FILE, usb=FILE
and floppy=FILE say it: an ISO is a CD unless usb= says otherwise.`;

/** `systemimager vm`: a machine in QEMU that installs itself from this image server. */
export const vmCommand: CliCommand = {
  name: 'vm',
  summary: 'start a virtual machine that installs itself as a host of this image server, or from a medium',
  examples: [
    'systemimager vm www7',
    'systemimager vm www7 --disk www7.qcow2:20G --firmware uefi',
    'systemimager vm www7 --disk www7.qcow2 --medium disk',
    'systemimager vm --medium boel.iso --disk 8G --disk 8G --bus nvme',
  ],
  declare(command: Command, context: CliContext) {
    command
      .argument('[host]', 'host of the image server, whose MAC and name the machine gets; needless with a medium')
      .option('--medium <medium>', 'what starts the machine: pxe, disk, FILE, cd=FILE, usb=FILE or floppy=FILE', 'pxe')
      .addOption(
        new Option(
          '--firmware <kind>',
          'bios, uefi, or secure: UEFI with Secure Boot (default: bios; arm64: uefi)',
        ).choices(firmwares),
      )
      .option('--disk <disk>', 'SIZE, FILE or FILE:SIZE; may be given several times (default: 8G)', collect)
      .addOption(new Option('--bus <bus>', 'how the disks are attached').choices(buses).default('virtio'))
      .addOption(new Option('--sector <bytes>', 'sector size of the disks').choices(['512', '4096']).default('512'))
      .option('--memory <size>', 'memory, such as 1536M', '1G')
      .option('--cpus <number>', 'number of processors', '1')
      .option('--arch <name>', `architecture of the machines: ${architectures.join(' or ')} (default: as this machine)`)
      .option('--console <file>', 'write the serial console to a file, instead of the terminal')
      .option('--vnc <display>', 'show the screen by VNC: :1, or ADDRESS:1 for other computers')
      .option('--window', 'show the screen in a window')
      .option(
        '--bridge <bridge>',
        'put the machine into the network of this bridge, instead of the own network of QEMU',
      )
      .option('--dry-run', 'print the command line of QEMU and the steps before it, and change nothing')
      .addHelpText('after', help)
      .action((host: string | undefined, options: VmOptions) => start(context, host, options));
  },
};

const collect = (text: string, before: string[] = []) => [...before, text];
