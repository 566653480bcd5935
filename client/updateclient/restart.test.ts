import { describe, expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { goneFiles, probeStale, restartSteps, sayStale } from './restart.ts';

const gone = (path: string) => `7f00-7f01 r-xp 00000000 fe:01 1312                       ${path} (deleted)\n`;

describe('after an update', () => {
  it('programs and libraries that are gone from the disk are found, and nothing else', () => {
    const maps = [
      gone('/usr/lib/x86_64-linux-gnu/libc.so.6'),
      gone('/usr/lib/x86_64-linux-gnu/libc.so.6'),
      gone('/dev/zero'),
      gone('/memfd:x'),
      gone('/tmp/own'),
      '7f00-7f01 r-xp 00000000 fe:01 1312                       /usr/sbin/cron\n',
    ].join('');
    expect(goneFiles(maps)).toEqual(['/usr/lib/x86_64-linux-gnu/libc.so.6']);
  });

  it('the services that use them are named and can be restarted, but not what would cut people off', async () => {
    const maps = gone('/usr/lib/libc.so.6');
    const { io } = recorderIo({
      files: {
        '/proc/1/maps': maps,
        '/proc/1/cgroup': '0::/init.scope\n',
        '/proc/20/maps': maps,
        '/proc/20/cgroup': '0::/system.slice/cron.service\n',
        '/proc/21/maps': maps,
        '/proc/21/cgroup': '1:name=systemd:/system.slice/ssh.service\n',
        '/proc/22/maps': maps,
        '/proc/22/cgroup': '0::/system.slice/dbus.service\n',
        '/proc/23/maps': maps,
        '/proc/23/cgroup': '0::/user.slice/user-0.slice/session-3.scope\n',
        '/proc/24/maps': '',
        '/proc/self/cgroup': '0::/system.slice/update.service\n',
        '/proc/25/maps': maps,
        '/proc/25/cgroup': '0::/system.slice/update.service\n',
      },
    });
    const stale = await probeStale(io);
    expect(stale).toEqual({
      services: ['cron.service', 'ssh.service'],
      own: ['dbus.service', 'sessions of people', 'update.service'],
      needsReboot: true,
    });
    expect(restartSteps(stale).map((step) => step.why)).toEqual(['Restart cron.service', 'Restart ssh.service']);
    expect(sayStale(stale, false)[0]).toContain('cron.service, ssh.service (--restart restarts them)');
  });
});
