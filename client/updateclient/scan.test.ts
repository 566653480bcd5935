import { describe, expect, it } from 'vitest';
import { readScan, scanArgv } from './scan.ts';

const rules = [
  { pattern: '/home/*', from: 'list line 3' },
  { pattern: '/home/*', from: 'list line 9' },
  { pattern: '/data/', from: 'another filesystem' },
];

describe('the comparison by rsync', () => {
  it('changes nothing, and gives rsync every rule', () => {
    expect(scanArgv('rsync://10.0.0.1:873/web_v2/', '/', rules, ['/etc/ssl/certs']).join(' ')).toBe(
      'rsync --dry-run -aHAXS --numeric-ids --omit-dir-times --delete --debug=FILTER ' +
        '--out-format=%i\t%l\t%M\t%L\t%n --exclude=/home/* --exclude=/home/* --exclude=/data/ ' +
        '--include=/etc/ --include=/etc/ssl/ --include=/etc/ssl/certs --include=/etc/ssl/certs/*** --exclude=* ' +
        '--contimeout=20 --sockopts=TCP_NODELAY --timeout=600 rsync://10.0.0.1:873/web_v2/ /',
    );
  });

  it('tells of each name what differs', () => {
    const text = [
      '.d...p.....\t4096\t2026/11/28-03:27:45\t\topt/',
      '>f+++++++++\t3\t2026/11/28-03:27:45\t\topt/a\ttab -> b\\#012c',
      'cL+++++++++\t1\t2026/11/28-03:27:45\t -> f\topt/l',
      '>f.st......\t294\t2026/11/28-03:27:45\t\tusr/motd',
      '>fc........\t294\t2026/11/28-03:27:45\t\tusr/same-time',
      'hf+++++++++\t45183\t2026/09/29-01:59:07\t => usr/bin/perlthanks\tusr/bin/perlbug',
      'hf         \t45183\t2026/09/29-01:59:07\t => usr/bin/perlbug\tusr/bin/third',
      '.f...pog.ax\t7\t2026/09/29-01:59:07\t\tusr/bin/ping',
      'cD+++++++++\t0\t2026/09/29-01:59:07\t\tdev/x',
      '*deleting  \t0\t1970/01/01-00:00:00\t\tusr/old/',
    ].join('\n');
    expect(
      readScan(text, rules).differences.map(({ path, kind, change, details, sameAs = '' }) =>
        [change, kind, path, details.join('+'), sameAs].join(' ').trim(),
      ),
    ).toEqual([
      'changed dir opt mode',
      'new file opt/a\ttab -> b\nc',
      'new link opt/l',
      'changed file usr/motd size+time',
      'changed file usr/same-time content',
      'new file usr/bin/perlbug  usr/bin/perlthanks',
      'changed file usr/bin/third hard link usr/bin/perlbug',
      'changed file usr/bin/ping mode+owner+group+ACL+attributes',
      'new special dev/x',
      'removed dir usr/old',
    ]);
  });

  it('tells which rule keeps a file, and removes no folder with such a file', () => {
    const text = [
      '[generator] protecting file home/alice because of pattern /home/*',
      '[generator] protecting directory data because of pattern /data/',
      '[generator] protecting file etc/x because of pattern *',
      'cannot delete non-empty directory: opt/full',
      '*deleting  \t0\t1970/01/01-00:00:00\t\topt/full/',
      '*deleting  \t0\t1970/01/01-00:00:00\t\topt/full/file',
    ].join('\n');
    const { kept, differences } = readScan(text, rules);
    expect(kept.map(({ path, rule }) => `${path}: ${rule.from}`)).toEqual([
      'home/alice: list line 3',
      'data: another filesystem',
    ]);
    expect(differences.map((one) => one.path)).toEqual(['opt/full/file']);
  });
});
