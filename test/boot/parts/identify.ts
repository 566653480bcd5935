import type { RowContext } from '../harness/row.ts';
import type { Vm, Wish } from '../harness/vm.ts';
import type { Site } from './site.ts';

/** BOEL says who the machine is, and installs nothing. */
export const identified = 'the lines above say who the machine is; nothing was installed';

/** The line of BOEL's table for a setting: its value and where it came from. */
export const setting = (name: string, value: string, from: string): RegExp =>
  new RegExp(`${name} +${RegExp.escape(value)} +${RegExp.escape(from)}`);

/** Boots a machine that says who it is and powers off, and waits for these lines in this order. */
export async function expectIdentity(
  test: RowContext,
  site: Site,
  words: string,
  wish: Wish,
  lines: (string | RegExp)[],
): Promise<void> {
  const vm = await bootDirect(test, site, `ACTION=identify ${words}`, wish);
  for (const [at, line] of lines.entries()) await vm.console(line, { withinS: at === 0 ? 120 : 30 });
  await vm.console(identified);
  await vm.off();
}

/** Boots a machine that must fail with these words, and powers off for ONFAIL. */
export async function expectFailure(
  test: RowContext,
  site: Site,
  words: string,
  wish: Wish,
  lines: (string | RegExp)[],
): Promise<void> {
  const vm = await bootDirect(test, site, words, wish);
  for (const [at, line] of lines.entries()) await vm.console(line, { withinS: at === 0 ? 180 : 30 });
  await vm.console('ONFAIL=poweroff');
  await vm.off();
}

/** BOEL by direct kernel boot on the site's wire. */
export async function bootDirect(test: RowContext, site: Site, words: string, wish: Wish): Promise<Vm> {
  return test.boot({
    arch: site.arch,
    direct: await site.direct(words),
    nics: [{ wire: site.wire }],
    noReboot: true,
    memoryMb: 512,
    ...wish,
  });
}
