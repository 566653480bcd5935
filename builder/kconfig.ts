import { UserError } from '../common/system/errors.ts';

/** Reads `CONFIG_NAME=value` lines; in a .config, `# CONFIG_NAME is not set` is the same as `=n`. */
export function parseKconfig(text: string): Map<string, string> {
  const symbols = new Map<string, string>();
  for (const line of text.split('\n')) {
    const set = /^CONFIG_(\w+)=(.*)$/.exec(line.trim());
    const unset = /^# CONFIG_(\w+) is not set$/.exec(line.trim());
    if (set) symbols.set(set[1] ?? '', set[2] ?? '');
    else if (unset) symbols.set(unset[1] ?? '', 'n');
  }
  return symbols;
}

/** A .config with the wished values in place of its own; each wished value comes once, at the end. */
export function mergeKconfig(base: string, wished: ReadonlyMap<string, string>): string {
  const kept = base.split('\n').filter((line) => {
    const name = /^(?:# )?CONFIG_(\w+)/.exec(line)?.[1];
    return name === undefined || !wished.has(name);
  });
  const lines = [...wished].map(([name, value]) =>
    value === 'n' ? `# CONFIG_${name} is not set` : `CONFIG_${name}=${value}`,
  );
  return `${[...kept, ...lines].join('\n')}\n`;
}

/** Fails if the result lacks a wished value: kconfig drops symbols silently. */
export function checkKconfig(result: string, wished: ReadonlyMap<string, string>, folder: string): void {
  const symbols = parseKconfig(result);
  const lost = [...wished].filter(([name, value]) => (symbols.get(name) ?? 'n') !== value);
  if (lost.length > 0)
    throw new UserError(
      `these lines of ${folder} do not hold: ${lost.map(([name, value]) => `CONFIG_${name}=${value}`).join(', ')}`,
      'A symbol may have another name in this version, or depend on one that is off.',
    );
}
