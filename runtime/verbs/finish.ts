import { Argument } from 'commander';
import { type Ending, endings, endingWords } from '../../common/model/script.ts';
import { goldenFiles } from '../../common/model/golden-files.ts';
import { mediumFolder } from '../../common/model/medium.ts';
import { inside } from '../../common/system/inside.ts';
import { type AbsPath, here, type Place, under } from '../../common/system/place.ts';
import type { Retry, Step } from '../../common/system/step.ts';
import { askForLabels, isGuarded } from '../../install/identity/selinux.ts';
import { probeMounts, probeSwaps } from '../../machine/use.ts';
import { paths } from '../paths.ts';
import { image } from './image.ts';
import { type KexecFacts, kexecLoad, kexecNeeds, probeKexec } from './kexec.ts';
import { ejectCd, markInstalled } from './once.ts';
import { targetRoot, type Verb } from './verb.ts';

type Facts = {
  afterwards: Ending;
  /** Logs of this installation that exist. */
  logs: AbsPath[];
  hasLogFolder: boolean;
  /** The target is mounted. */
  hasTree: boolean;
  /** The medium with images is mounted. */
  hasMedium: boolean;
  /** SELinux guards the target. */
  isGuarded: boolean;
  /** Mount points of the target, deepest first. */
  mounted: AbsPath[];
  swaps: string[];
  kexec: KexecFacts | undefined;
};

const logFolder: AbsPath = '/var/log/systemimager';
const ownLogs: AbsPath[] = [paths.console, paths.journal, paths.script];

/** A program that is still ending keeps a filesystem busy for a moment. */
const whileBusy: Retry = {
  times: 5,
  firstDelayMs: 500,
  when: (exit) => /busy/i.test(exit.stderr) && 'the target is still in use',
};

const endingOf = ([typed]: readonly string[]) => endings.find((one) => one === typed) ?? 'reboot';

/** boel finish [reboot|poweroff|shell|beep|kexec]: leaves the target whole on its disks, and hands the machine over. */
export const finish: Verb<Facts> = {
  name: 'finish',
  summary: 'save the log in the installed system, unmount its filesystems, and end the installation',
  declare: (command) =>
    command.addArgument(new Argument('[afterwards]', endingWords).choices(endings).default('reboot')),
  needs: kexecNeeds,
  ends: { installer: image.name, how: endingOf },

  async probe({ io, state, args }) {
    const what = endingOf(args);
    const logs: AbsPath[] = [];
    for (const path of ownLogs) if (await io.lstat(path)) logs.push(path);
    const dirs = (await probeMounts(io)).map((mount) => mount.dir);
    const below = dirs.filter((dir) => dir === targetRoot || dir.startsWith(`${targetRoot}/`));
    const tree = below.includes(targetRoot) ? inside(io, targetRoot) : undefined;
    return {
      afterwards: what,
      logs,
      hasTree: tree !== undefined,
      hasMedium: dirs.includes(mediumFolder),
      hasLogFolder: (await tree?.exists('/var/log')) ?? false,
      isGuarded: tree !== undefined && (await isGuarded(tree)),
      mounted: below.toReversed(),
      swaps: await probeSwaps(io),
      kexec: what === 'kexec' ? await probeKexec(io, targetRoot, state) : undefined,
    };
  },

  plan(facts, state) {
    const steps: Step[] = [];
    if (facts.hasLogFolder && facts.logs.length > 0) {
      const at = (path: AbsPath): Place => ({ root: targetRoot, path });
      steps.push({ why: 'Make room for the log', kind: 'mkdir', at: at(logFolder), mode: 0o700 });
      for (const log of facts.logs)
        steps.push({
          why: `Keep ${log} on the target`,
          kind: 'copy',
          from: here(log),
          to: at(under(logFolder, log.split('/').pop() ?? '')),
        });
    }
    if (facts.hasTree && state.image) steps.push(...writeImage(state.image.name));
    if (facts.isGuarded) steps.push(askForLabels(targetRoot));
    if (facts.kexec) steps.push(kexecLoad(facts.kexec, targetRoot));
    if (facts.hasTree) steps.push(...markInstalled(state, targetRoot));
    steps.push({ why: 'Write everything to the disks', kind: 'run', argv: ['sync'] });
    for (const swap of facts.swaps) steps.push({ why: `Stop using ${swap}`, kind: 'run', argv: ['swapoff', swap] });
    for (const dir of facts.mounted)
      steps.push({ why: `Unmount ${dir}`, kind: 'run', argv: ['umount', dir], retry: whileBusy });
    steps.push(...ejectCd(state, facts.afterwards, facts.hasMedium), ...lastSteps[facts.afterwards]);
    const labels = facts.isGuarded
      ? ' The first start labels all files for SELinux and restarts the machine once more.'
      : '';
    return { say: `${sentences[facts.afterwards]}${labels}`, steps };
  },
};

/** The first update of the machine asks for the files of this image (client/updateclient/etc). */
const writeImage = (name: string): Step[] => [
  { why: `Make ${goldenFiles.dir}`, kind: 'mkdir', at: { root: targetRoot, path: goldenFiles.dir } },
  {
    why: 'Write down which image the machine has',
    kind: 'write',
    at: { root: targetRoot, path: goldenFiles.lastImage },
    content: `${name}\n`,
    mode: 0o644,
  },
];

const sentences: Record<Ending, string> = {
  reboot: 'The machine starts again, from its own disk.',
  poweroff: 'The machine switches itself off.',
  shell: 'The machine is installed and the target is unmounted; type `reboot` to start the machine.',
  beep: 'The machine is installed and beeps until somebody restarts it.',
  kexec: 'The installed kernel starts without going through the firmware.',
};

/** A bell on each console every second, by a program of its own that outlives this one. */
const beeper =
  'while :; do for tty in $(cat /sys/class/tty/console/active); do printf "\\a" >"/dev/$tty"; done; sleep 1; done';

/** tail(1) shows the log on a console, and looks once a second for new lines. */
const lastLines: Step = { why: 'Wait until the consoles show the last lines', kind: 'run', argv: ['sleep', '2'] };

const lastSteps: Record<Ending, Step[]> = {
  reboot: [lastLines, { why: 'Restart', kind: 'run', argv: ['reboot'] }],
  poweroff: [lastLines, { why: 'Switch off', kind: 'run', argv: ['poweroff'] }],
  shell: [],
  beep: [{ why: 'Beep', kind: 'run', argv: ['sh', '-c', `setsid sh -c '${beeper}' >/dev/null 2>&1 </dev/null &`] }],
  kexec: [lastLines, { why: 'Start the installed kernel', kind: 'run', argv: ['kexec', '-e'] }],
};
