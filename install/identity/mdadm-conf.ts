import type { State } from '../../common/model/state.ts';

/** mdadm.conf(5) writes a UUID as four groups of eight digits. */
function mdUuid(uuid: string): string {
  const hex = uuid.replace(/[^0-9a-fA-F]/g, '').toLowerCase();
  return hex.match(/.{8}/g)?.join(':') ?? uuid;
}

/** The text of mdadm.conf with the ARRAY lines of this machine in place of the golden client's. */
export function mdadmConf(old: string, state: Pick<State, 'volumes'>): string {
  const lines = old.replace(/\n$/, '').split('\n');
  const isArray = (line: string) => /^\s*ARRAY\s/i.test(line);
  // A line that starts with a blank continues the one before.
  const kept = lines.filter((line, at) => {
    if (isArray(line)) return false;
    if (!/^\s+\S/.test(line)) return true;
    let head = at;
    while (head > 0 && /^\s/.test(lines[head] ?? '')) head -= 1;
    return !isArray(lines[head] ?? '');
  });
  const arrays = Object.entries(state.volumes)
    .filter(([, volume]) => volume.kind === 'raid')
    .map(([name, volume]) => `ARRAY ${name} UUID=${mdUuid(volume.uuid)}`);
  return `${[...kept, ...arrays].join('\n')}\n`;
}
