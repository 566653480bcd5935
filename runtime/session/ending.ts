import { cmdlineSettings } from '../../common/model/cmdline.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { visible } from '../../common/system/visible.ts';
import { readCarriedEntry } from '../discovery/carried-entry.ts';
import { queueEvent } from './events.ts';
import { failNotice } from './notice.ts';
import { paths } from '../paths.ts';
import { allSent } from './reporter.ts';

/** ONFAIL as typed at the boot prompt: all that is known when discovery itself fails. */
export async function typedOnFail(io: ReadIo): Promise<string> {
  const { prompt, menu } = cmdlineSettings((await io.readText('/proc/cmdline')) ?? '');
  return (prompt.ONFAIL ?? menu.ONFAIL ?? 'shell').toLowerCase();
}

/** Says the failure on every console, then does what ONFAIL asks for: by default opens a shell, else poweroff or reboot. */
export async function fail(
  { io, say }: { io: Io; say: (line: string) => void },
  failure: { verb: string; error: string },
  onFail: string,
): Promise<void> {
  const ends = onFail === 'poweroff' || onFail === 'reboot';
  const hasScript = (await io.lstat(paths.script)) !== undefined;
  const fallsBack = (await readCarriedEntry(io))?.fallsBack;
  const notice = failNotice({ ...failure, hasScript, waits: !ends, ...(fallsBack && { fallsBack }) });
  say(notice.trimEnd());
  // A verb that failed has told the server itself.
  if (failure.verb === '') await queueEvent(io, { kind: 'failed', verb: '', error: failure.error, hint: '' });
  if (ends) {
    say(`ONFAIL=${onFail}`);
    return end(io, onFail);
  }
  await openShells(io, notice);
}

/** Has a shell opened on each console, which first shows the notice. A full /run takes no text, but still an empty file. */
export async function openShells(io: Io, notice: string): Promise<void> {
  await io.write(paths.notice, visible(notice), { mode: 0o644 }).catch(() => io.append(paths.notice, ''));
}

/** Time for the consoles to show the last lines before init ends the consoles, and for the reports to queue these lines. */
const lastLinesMs = 3000;
/** Time for the server to hear of a failure. */
const lastReportMs = 10_000;

/** Switches the machine off or starts it again. */
export async function end(io: Io, how: 'poweroff' | 'reboot'): Promise<void> {
  await io.sleep(lastLinesMs);
  await allSent(io, lastReportMs);
  await io.run({ argv: [how] });
}
