import type { ReadIo } from '../../common/system/io.ts';
import type { AbsPath } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

/** What runs on files that were replaced or removed. `own`: services that are not restarted from here, or no services. */
export type Stale = { services: string[]; own: string[]; needsReboot: boolean };

/** Programs and libraries lie there; a program may map and remove files of its own elsewhere. */
const places = /^\/(usr|lib\w*|s?bin|opt)\//;

/** Files in proc_pid_maps(5) that are gone from the disk. */
export function goneFiles(maps: string): string[] {
  const files = maps.split('\n').flatMap((line) => {
    const [, path] = /^\S+ \S+ \S+ \S+ \d+ +(\/.+) \(deleted\)$/.exec(line) ?? [];
    return path !== undefined && places.test(path) ? [path] : [];
  });
  return [...new Set(files)];
}

/** The service of a process by proc_pid_cgroup(5), or the session of a person; undefined for others. */
export function unitOf(cgroup: string): string | undefined {
  const path = /^(?:0:|\d+:name=systemd):(.*)$/m.exec(cgroup)?.[1] ?? '';
  if (path.startsWith('/user.slice/')) return 'sessions of people';
  return path.split('/').findLast((part) => part.endsWith('.service'));
}

/** Who restarts these cuts off people, or takes the machine down with them. */
const careful =
  /^(dbus|dbus-broker|systemd-.*|user@.*|getty@.*|serial-getty@.*|gdm3?|sddm|lightdm|display-manager|auditd)\.service$/;

/** Sorts processes with files that are gone: by service. `self` is the unit of this command. */
export function staleOf(
  processes: readonly { pid: number; unit: string | undefined }[],
  self: string | undefined,
): Stale {
  const units = [
    ...new Set(processes.flatMap(({ unit, pid }) => (pid === 1 ? [] : [unit ?? `process ${pid}`]))),
  ].sort();
  const isService = (unit: string) => unit.endsWith('.service') && !careful.test(unit) && unit !== self;
  return {
    services: units.filter(isService),
    own: units.filter((unit) => !isService(unit)),
    needsReboot: processes.some(({ pid }) => pid === 1),
  };
}

/** Looks at every process of the machine. */
export async function probeStale(io: ReadIo): Promise<Stale> {
  const found: { pid: number; unit: string | undefined }[] = [];
  const read = (pid: string, name: string) => io.readText(`/proc/${pid}/${name}` as AbsPath).catch(() => undefined);
  for (const pid of ((await io.list('/proc')) ?? []).filter((name) => /^\d+$/.test(name))) {
    const maps = await read(pid, 'maps');
    if (maps === undefined || goneFiles(maps).length === 0) continue;
    found.push({ pid: Number(pid), unit: unitOf((await read(pid, 'cgroup')) ?? '') });
  }
  return staleOf(found, unitOf((await read('self', 'cgroup')) ?? ''));
}

/** What to say after an update. */
export function sayStale({ services, own, needsReboot }: Stale, restarts: boolean): string[] {
  return [
    ...(services.length > 0 && !restarts
      ? [`These services use files that were replaced: ${services.join(', ')} (--restart restarts them)`]
      : []),
    ...(own.length > 0
      ? [`These use files that were replaced, and are not restarted from here: ${own.join(', ')}`]
      : []),
    ...(needsReboot
      ? ['Process 1 uses files that were replaced: restart the machine, or run systemctl daemon-reexec']
      : []),
  ];
}

/** Restarts the services, one after the other, so that a failed one is named. */
export const restartSteps = ({ services }: Stale): Step[] =>
  services.map((unit) => ({
    why: `Restart ${unit}`,
    kind: 'run',
    argv: ['systemctl', 'try-restart', unit],
    hints: { 1: `Look at systemctl status ${unit}.` },
  }));
