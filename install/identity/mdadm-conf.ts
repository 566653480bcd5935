import type { Target } from '../../common/model/target.ts';

/** mdadm.conf(5) writes a UUID as four groups of eight digits. */
function mdUuid(uuid: string): string {
  const hex = uuid.replace(/[^0-9a-fA-F]/g, '').toLowerCase();
  return hex.match(/.{8}/g)?.join(':') ?? uuid;
}

/** The text of mdadm.conf with the ARRAY lines of this machine in place of the golden client's. */
export function mdadmConf(old: string, target: Pick<Target, 'volumes'>): string {
  const lines = old.replace(/\n$/, '').split('\n');
  const isArray = (line: string) => /^\s*ARRAY\s/i.test(line);
  // A line that starts with a blank continues the one before.
  let continuesArray = false;
  const kept = lines.filter((line) => {
    if (!/^\s/.test(line)) continuesArray = isArray(line);
    return !isArray(line) && !(continuesArray && /^\s+\S/.test(line));
  });
  const arrays = Object.entries(target.volumes)
    .filter(([, volume]) => volume.kind === 'raid')
    .map(([name, volume]) => `ARRAY ${name} UUID=${mdUuid(volume.uuid)}`);
  return `${[...kept, ...arrays].join('\n')}\n`;
}
