import { accountFiles, mergeAccounts, numberConflicts } from '../../../client/updateclient/etc/accounts.ts';
import { parseExcludeFile } from '../../../client/updateclient/exclude-file.ts';
import { writersOf } from '../../../client/updateclient/package-managers.ts';
import { goneFiles, unitOf } from '../../../client/updateclient/restart.ts';
import { readScan } from '../../../client/updateclient/scan.ts';
import { ofText } from '../target.ts';

const rules = [{ pattern: '/home/*', from: 'list line 1' }];
const passwd = 'root:x:0:0:root:/root:/bin/bash\nbob:x:5001:5001::/home/bob:/bin/sh\n+::::::\n';
const group = 'root:x:0:\nadm:x:4:syslog,bob\n';

/** What updateclient reads on the machine that it updates. */
export const clientTargets = [
  ofText('parseExcludeFile', (text) => parseExcludeFile(text, 'updateclient.local.exclude'), [
    '# ours\n/srv/*\n/data/[a-c]*/cache\n/var/lib/mysql/\n',
  ]),
  ofText('readScan', (text) => readScan(text, rules), [
    '>f.st......\t294\t2026/11/28-03:27:45\t\tusr/motd\nhf+++++++++\t4\t2026/09/29-01:59:07\t => usr/a\tusr/b\\#012c\n*deleting  \t0\t1970/01/01-00:00:00\t\tusr/old/\n[generator] protecting file home/x because of pattern /home/*\ncannot delete non-empty directory: opt\n',
  ]),
  ofText('writersOf', writersOf, [
    '1: POSIX  ADVISORY  WRITE 812 fe:01:131075 0 EOF\n2: FLOCK  ADVISORY  READ 7 00:1a:5 0 EOF\n',
  ]),
  ofText('goneFiles', goneFiles, ['7f00-7f01 r-xp 00000000 fe:01 1312      /usr/lib/libc.so.6 (deleted)\n']),
  ofText('unitOf', unitOf, [
    '0::/system.slice/cron.service\n',
    '1:name=systemd:/user.slice/user-0.slice/session-3.scope\n',
  ]),
  ...(['etc/passwd', 'etc/group'] as const).map((file) =>
    ofText(
      `mergeAccounts of ${file}`,
      (text) => [
        mergeAccounts(file, text, passwd, group),
        mergeAccounts(file, passwd, text, text),
        numberConflicts(file, text, passwd, text),
      ],
      [accountFiles[file].what === 'user' ? passwd : group],
    ),
  ),
];
