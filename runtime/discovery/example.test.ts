import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseLocalCfg } from '../../common/model/local-cfg.ts';
import { settingNames } from '../../common/model/settings.ts';
import { decide } from './decide.ts';
import { groupAddress } from './group-address.ts';

const text = readFileSync(new URL('../../docs/examples/local.cfg', import.meta.url), 'utf8');

describe('docs/examples/local.cfg', () => {
  it('explains every variable', () => {
    for (const name of settingNames) expect(text).toMatch(new RegExp(`^#?${name}=`, 'm'));
  });

  it('is a good local.cfg, also with all its lines taken out of comments', () => {
    for (const one of [text, text.replaceAll(/^#([A-Z]+=)/gm, '$1')]) {
      const { values, warnings } = parseLocalCfg(one, 'docs/examples/local.cfg');
      expect(warnings).toEqual([]);
      expect(groupAddress(decide([{ from: 'removable local.cfg', detail: '', values }]).settings).gateway).toBe(
        '10.0.0.1',
      );
    }
  });
});
