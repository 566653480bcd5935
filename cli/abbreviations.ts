import type { Command, Option } from 'commander';
import { UserError } from '../common/system/errors.ts';

/**
 * Completes abbreviated flags, as Getopt::Long did for the classic commands: `--im` or `-v`, if one flag of the command begins
 * with these letters; UserError if several flags do. Unknown flags stay unchanged, so that the parser reports them.
 */
export function completeFlags(program: Command, argv: readonly string[]): string[] {
  let command = program;
  const end = argv.indexOf('--');
  return argv.map((word, at) => {
    if (end >= 0 && at > end) return word;
    const [, flag, value = ''] = /^(--[A-Za-z][A-Za-z-]*|-[A-Za-z])(=.*)?$/s.exec(word) ?? [];
    if (flag === undefined) {
      command = command.commands.find((one) => one.name() === word) ?? command;
      return word;
    }
    const [own, common] = [command.options, program.options];
    const isShort = !flag.startsWith('--');
    // A short flag behind `chroot IMAGE PROGRAM` belongs to that program, although the person forgot `--`.
    if (isShort && command.registeredArguments.some((one) => one.variadic)) return word;
    if (isShort && (flag === '-h' || [...own, ...common].some((one) => one.short === flag))) return word;
    const wanted = isShort ? `-${flag}` : flag;
    const longs = (options: readonly Option[]) => options.flatMap((one) => one.long ?? []);
    const begun = (options: readonly Option[]) => longs(options).filter((one) => one.startsWith(wanted));
    if ([...longs(own), ...longs(common)].includes(wanted)) return `${wanted}${value}`;
    const [only, ...others] = begun(own).length > 0 ? begun(own) : begun(common);
    if (others.length > 0)
      throw new UserError(
        `${flag} may mean ${[only, ...others].join(' or ')}`,
        'Write enough letters to tell which option is meant.',
      );
    return only === undefined ? word : `${only}${value}`;
  });
}
