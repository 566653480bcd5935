import type { ReportEvent } from '../../common/model/report.ts';
import type { InstallationSummary } from './summary.ts';

const mib = (bytes: number) => Math.round(bytes / 1024 ** 2);

/** What failed and why; there is no verb if the machine found no script, or another line of its script ended badly. */
export function failureWords({ verb, error }: { verb?: string; error?: string }): string {
  return `${verb || 'the installation'} failed: ${error ?? ''}`;
}

/** An event in words, as the page of its installation shows it. */
export function eventWords(event: ReportEvent): string {
  switch (event.kind) {
    case 'started':
      return `${event.host || 'a machine'} (${event.mac}, ${event.ip}, ${event.firmware}) runs ${event.script}; BOEL ${event.version}`;
    case 'verb':
      return event.phase === 'begin' ? [event.verb, ...event.argv].join(' ') : `${event.verb} is done`;
    case 'progress':
      return `${event.verb}: ${mib(event.doneBytes)}${event.totalBytes ? ` of ${mib(event.totalBytes)}` : ''} MiB`;
    case 'log':
      return event.lines.join('\n');
    case 'failed':
      return `${failureWords(event)}\n${event.hint}`;
    case 'finished':
      return `installed ${event.image} in ${Math.round(event.seconds)} s, then ${event.afterwards}`;
  }
}

/** The line of an event on the server's console and in its log; undefined for an event that is not worth a line. */
export function consoleLine(event: ReportEvent, summary: InstallationSummary): string | undefined {
  // A machine may call itself anything: its card stands beside the name.
  const who = summary.host ? `${summary.host} (${event.mac})` : event.mac;
  switch (event.kind) {
    case 'started':
      return eventWords(event);
    case 'verb':
      return event.phase === 'begin' ? `${who}: ${event.verb}` : undefined;
    case 'failed':
      return `${who}: ${failureWords(summary).replaceAll('\n', '\n    ')}`;
    case 'finished':
      return `${who}: ${eventWords(event)}`;
    case 'progress':
    case 'log':
      return undefined;
  }
}

/** How far an installation is, as the status page shows it. */
export function stateWords(summary: InstallationSummary): string {
  if (summary.outcome === 'ok') return `installed ${summary.image ?? ''}`;
  if (summary.outcome === 'failed') return failureWords(summary);
  return `${summary.verb ?? 'its beginning'}${summary.percent === undefined ? '' : `, ${summary.percent} %`}`;
}

/** The state in one line, with the time at which the server last heard of the machine. */
export function outcomeWords(summary: InstallationSummary): string {
  const at = `${summary.lastAt.slice(0, 16).replace('T', ' ')} UTC`;
  const [state = ''] = stateWords(summary).split('\n');
  switch (summary.outcome) {
    case 'ok':
      return `${state}, ${at}`;
    case 'failed':
      return `${state} (${at})`;
    case 'running':
      return `at ${state}; last heard of ${at}`;
  }
}
