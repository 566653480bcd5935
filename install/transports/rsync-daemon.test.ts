import { describe, expect, it } from 'vitest';
import { rsyncRetry } from './rsync-daemon.ts';

describe('exit codes', () => {
  const exit = (code: number, stderr = '') => ({ argv: ['rsync'] as const, code, stderr, stdout: '', timedOut: false });
  it.each([
    [exit(10), [], 'the connection broke'],
    [exit(35), [exit(10), exit(35)], 'the server did not answer'],
    [exit(20, 'rsync error: received SIGINT, SIGTERM, or SIGHUP (code 20)'), [], 'the server was stopped'],
    [exit(5, '@ERROR: max connections (4) reached -- try again later'), [exit(5)], 'the server is full'],
    [exit(5, 'rsync: did not see server greeting'), [], 'the server is full'],
    [exit(5, "@ERROR: Unknown module 'web'"), [], false],
    [exit(23), [exit(10)], 'some files did not arrive'],
    [exit(23), [exit(23)], false],
    [exit(11), [], false],
  ])('%j after %j', (now, before, reason) => {
    expect(rsyncRetry.when(now, before)).toBe(reason);
  });
});
