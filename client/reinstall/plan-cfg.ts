import { printLocalCfg } from '../../common/model/local-cfg.ts';
import type { SettingName } from '../../common/model/settings.ts';
import { type AbsPath, here } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';

const firstLine = '# Written by updateclient -autoinstall: the settings of this machine for its next installation.\n';

/** The local.cfg of the machine. */
export const cfgText = (values: Partial<Record<SettingName, string>>): string => firstLine + printLocalCfg(values);

/** True for a local.cfg of ours, which may be replaced. */
const isOurCfg = (text: string): boolean => text.startsWith(firstLine);

/** The administrator's own local.cfg, while ours is in its place. */
export const ownCfg: AbsPath = '/local.cfg.before-reinstall';
export const cfgAt: AbsPath = '/local.cfg';

/** local.cfg in the root of the disk, where BOEL looks whichever way it is started. `old`: what is there. */
export function planCfg(cfg: string, old: string | undefined): Step[] {
  return [
    ...(old === undefined || isOurCfg(old)
      ? []
      : [{ why: 'Keep the local.cfg of this machine', kind: 'rename' as const, from: here(cfgAt), to: here(ownCfg) }]),
    { why: `Write ${cfgAt}`, kind: 'write', at: here(cfgAt), content: cfg, mode: 0o600 },
  ];
}

/** Takes our local.cfg away. `old`: what is there; `hasOwn`: the administrator's own is kept beside. */
export function dropCfg(old: string | undefined, hasOwn: boolean): Step[] {
  return [
    ...(old !== undefined && isOurCfg(old)
      ? [{ why: `Remove ${cfgAt}`, kind: 'remove' as const, at: here(cfgAt) }]
      : []),
    ...(hasOwn
      ? [
          {
            why: 'Give the local.cfg of this machine back',
            kind: 'rename' as const,
            from: here(ownCfg),
            to: here(cfgAt),
          },
        ]
      : []),
  ];
}
