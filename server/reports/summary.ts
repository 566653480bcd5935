import type { SecureBoot } from '../../common/model/secure-boot.ts';
import type { ReportEvent } from '../../common/model/report.ts';

/** One installation as the status page and the log show it. */
export type InstallationSummary = {
  id: string;
  mac: string;
  host?: string;
  ip?: string;
  script?: string;
  firmware?: 'bios' | 'uefi';
  secureBoot?: SecureBoot | undefined;
  image?: string;
  /** When the server first and last heard of the installation, ISO 8601 by the server's clock. */
  firstAt: string;
  lastAt: string;
  /** The verb at work, or the last one. */
  verb?: string;
  /** 0 to 100, while bytes are counted. */
  percent?: number;
  outcome: 'running' | 'failed' | 'ok';
  error?: string;
};

/** How much of an error is kept for the page and the console. */
const shownChars = 2000;

/** The summary after one more event, heard at `receivedAt`. Events may come twice; the order is that of their numbers. */
export function summarise(
  before: InstallationSummary | undefined,
  event: ReportEvent,
  receivedAt: string,
): InstallationSummary {
  const start = { id: event.id, mac: event.mac, firstAt: receivedAt, outcome: 'running' as const };
  const now: InstallationSummary = { ...(before ?? start), lastAt: receivedAt };
  switch (event.kind) {
    case 'started': {
      const { host, ip, script, firmware, secureBoot } = event;
      return { ...now, host, ip, script, firmware, ...(secureBoot ? { secureBoot } : {}) };
    }
    case 'verb': {
      const { percent: _, error: __, ...rest } = now;
      return { ...rest, verb: event.verb, outcome: 'running' };
    }
    case 'progress': {
      const total = event.totalBytes ?? 0;
      const percent = total > 0 ? { percent: Math.min(100, Math.floor((100 * event.doneBytes) / total)) } : {};
      return { ...now, verb: event.verb, ...percent };
    }
    case 'log':
      return now;
    case 'failed':
      return { ...now, verb: event.verb, outcome: 'failed', error: event.error.slice(0, shownChars) };
    case 'finished':
      return { ...now, image: event.image, outcome: 'ok' };
  }
}
