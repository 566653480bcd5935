import { type Settings, settingNames } from '../../common/model/settings.ts';
import type { State } from '../../common/model/state.ts';
import { quoteWord } from '../../common/system/quote.ts';

/** The settings as the script's environment. */
export function scriptEnv(state: State): Record<string, string> {
  return Object.fromEntries(
    settingNames.flatMap((name) => {
      const value = state.settings[name]?.value;
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}

/** The same as assignments for sh(1), for scripts that source /tmp/variables.txt as SystemImager's did. */
export function variablesText(state: State): string {
  return Object.entries(scriptEnv(state))
    .map(([name, value]) => `${name}=${quoteWord(value)}\n`)
    .join('');
}

/** A table of the settings: name, value, and where it came from. */
export function printSettings(settings: Settings): string[] {
  return settingNames.flatMap((name) => {
    const setting = settings[name];
    if (setting === undefined || setting.value === '') return [];
    const detail = setting.detail === '' ? '' : ` (${setting.detail})`;
    return [`  ${name.padEnd(12)} ${setting.value.padEnd(24)} ${setting.from}${detail}`];
  });
}
