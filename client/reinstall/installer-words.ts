import { commonWords } from '../../common/boot/command-line.ts';
import { parseCmdline, printCmdlineWord } from '../../common/model/cmdline.ts';

/** A panic, as after a spoilt initrd, is followed by a restart: into the old system, where the entry was for one start. */
const panicSeconds = 60;

/** The device of a word console=DEVICE,OPTIONS; undefined for other words. */
const consoleOf = (word: string) => /^console=([^,]*)/.exec(word)?.[1];

/**
 * The words of the installer's kernel. Consoles of the running system that are none of the usual ones come last, and take the place of a usual
 * one with another speed: people look there. The settings come with the second initrd, so no local.cfg of a disk is looked for.
 */
export function installerWords(cmdline: string, append: string): string[] {
  const usual = commonWords(append);
  const own = parseCmdline(cmdline)
    .filter(({ name, value }) => name === 'console' && value !== undefined)
    .map((word) => printCmdlineWord(word))
    .filter((word) => word.includes(',') || !usual.some((one) => consoleOf(one) === consoleOf(word)));
  const others = usual.filter(
    (one) => consoleOf(one) === undefined || !own.some((word) => consoleOf(one) === consoleOf(word)),
  );
  return [...others, ...own, 'SKIP_LOCAL_CFG=y', `panic=${panicSeconds}`];
}
