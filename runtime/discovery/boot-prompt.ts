import { cmdlineSettings } from '../../common/model/cmdline.ts';
import { checkSetting } from '../../common/model/setting-values.ts';
import type { SettingName } from '../../common/model/settings.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Found } from './decide.ts';

/** The content of the kernel command line: the boot prompt, the boot menu, the card that booted. */
export type BootPrompt = { found: Found[]; bootif?: string; skipsHardDisks: boolean; notes: string[] };

/** Reads /proc/cmdline. A wrong value is a UserError, because a person typed the value or wrote it into a menu. */
export function readBootPrompt(cmdline: string): BootPrompt {
  const { prompt, menu, bootif, skipsHardDisks, notes } = cmdlineSettings(cmdline);
  const checked = (values: Partial<Record<SettingName, string>>, where: string) =>
    Object.fromEntries(
      Object.entries(values).map(([name, text]) => {
        const result = text === '' ? { value: '' } : checkSetting(name as SettingName, text);
        if ('value' in result) return [name, result.value];
        throw new UserError(
          `${name}=${JSON.stringify(text)} ${where}: ${result.reason}`,
          `Boot again with the right ${name}.`,
        );
      }),
    );
  return {
    found: [
      { from: 'boot prompt', detail: '', values: checked(prompt, 'at the boot prompt') },
      { from: 'boot menu', detail: '', values: checked(menu, 'in the boot menu') },
    ],
    bootif,
    skipsHardDisks,
    notes,
  };
}
