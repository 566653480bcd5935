import { type Settings, settingNames, settingsEnv } from '../../common/model/settings.ts';
import { quoteWord } from '../../common/system/quote.ts';

/** The settings as assignments for sh(1), for scripts that source /tmp/variables.txt as SystemImager's did. */
export function variablesText(settings: Settings): string {
  return Object.entries(settingsEnv(settings))
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
