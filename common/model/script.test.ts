import { describe, expect, it } from 'vitest';
import { parseScript } from './script.ts';

const script = `#!/bin/sh
# web_v1.master
set -e
boel layout <<'LAYOUT'
[disk /dev/sda]
LAYOUT
boel partition                         # from here no verb repeats data
boel host --ip dhcp
echo "$HOSTNAME" >/a/etc/motd
boel finish 'reboot'
`;

describe('parseScript', () => {
  it('finds the verbs, their arguments and the here-document', () => {
    expect(parseScript(script)).toEqual([
      { kind: 'verb', line: 4, verb: 'layout', args: [], stdin: '[disk /dev/sda]\n' },
      { kind: 'verb', line: 7, verb: 'partition', args: [], stdin: '' },
      { kind: 'verb', line: 8, verb: 'host', args: ['--ip', 'dhcp'], stdin: '' },
      { kind: 'shell', line: 9, text: 'echo "$HOSTNAME" >/a/etc/motd' },
      { kind: 'verb', line: 10, verb: 'finish', args: ['reboot'], stdin: '' },
    ]);
  });

  it.each(['boel image $NAME', 'boel image web; reboot', 'boel image `id`', 'boel image a && b', 'X=1 boel image web'])(
    'leaves %j to a shell',
    (line) => {
      expect(parseScript(line)).toMatchObject([{ kind: 'shell' }]);
    },
  );

  it('refuses a here-document without an end', () => {
    expect(() => parseScript("boel layout <<'LAYOUT'\n[disk /dev/sda]\n")).toThrow('line 1');
  });
});
