import { describe, expect, it } from 'vitest';
import { mergeAccounts, numberConflicts } from './accounts.ts';

const lines = (...all: string[]) => all.map((line) => `${line}\n`).join('');
const root = 'root:x:0:0:root:/root:/bin/bash';
const daemon = 'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin';
const bob = 'bob:x:5001:5001::/home/bob:/bin/sh';
const redis = 'redis:x:120:130::/var/lib/redis:/usr/sbin/nologin';

describe('users and groups', () => {
  it('made here stay, and the image’s new ones come', () => {
    expect(mergeAccounts('etc/passwd', lines(root, daemon, bob), lines(root, daemon, redis), lines(root, daemon))).toBe(
      lines(root, daemon, bob, redis),
    );
  });

  it('that the image has dropped go, unless somebody changed them here', () => {
    const before = lines(root, redis, daemon);
    expect(mergeAccounts('etc/passwd', lines(root, redis, daemon, bob), lines(root, daemon), before)).toBe(
      lines(root, daemon, bob),
    );
    const changed = redis.replace('nologin', 'bash');
    expect(mergeAccounts('etc/passwd', lines(root, changed), lines(root), before)).toBe(lines(root, changed));
  });

  it('give the image’s own text, in its order, if nothing is special here', () => {
    const image = lines(daemon, root, redis);
    expect(mergeAccounts('etc/passwd', lines(root, daemon), image, lines(root, daemon))).toBe(image);
  });

  it('keep a password that was set here, and take one that only the image has changed', () => {
    const [old, ours, theirs] = ['root:$y$old:19000::::::', 'root:$y$ours:19000::::::', 'root:$y$theirs:19000::::::'];
    expect(mergeAccounts('etc/shadow', lines(ours), lines(theirs), lines(old))).toBe(lines(ours));
    expect(mergeAccounts('etc/shadow', lines(old), lines(theirs), lines(old))).toBe(lines(theirs));
    expect(mergeAccounts('etc/shadow', lines(ours), lines(theirs), undefined)).toBe(lines(ours));
  });

  it('merge the members of groups one by one', () => {
    expect(
      mergeAccounts('etc/group', lines('adm:x:4:syslog,bob'), lines('adm:x:4:syslog,www'), lines('adm:x:4:syslog')),
    ).toBe(lines('adm:x:4:syslog,bob,www'));
    expect(mergeAccounts('etc/group', lines('adm:x:4:old,bob'), lines('adm:x:4:new'), lines('adm:x:4:old'))).toBe(
      lines('adm:x:4:bob,new'),
    );
  });

  it('keep lines of NIS and comments', () => {
    expect(mergeAccounts('etc/passwd', lines(root, '+@admins::::::', '+::::::'), lines(root, redis), lines(root))).toBe(
      lines(root, '+@admins::::::', '+::::::', redis),
    );
  });

  it('with one number for two names, or two numbers for one name, are conflicts', () => {
    const here = lines(root, 'bob:x:120:120::/home/bob:/bin/sh', 'svc:x:300:300::/:/bin/false');
    const image = lines(root, redis, 'svc:x:301:301::/:/bin/false');
    expect(numberConflicts('etc/passwd', here, image, undefined)).toEqual([
      { what: 'user', number: '120', here: 'bob', image: 'redis' },
      { what: 'user', number: '300 / 301', here: 'svc', image: 'svc' },
    ]);
    expect(numberConflicts('etc/shadow', here, image, undefined)).toEqual([]);
    // Two names of one number, on both sides.
    const twice = lines(root, 'toor:x:0:0:root:/root:/bin/sh');
    expect(numberConflicts('etc/passwd', twice, lines(root), undefined)).toEqual([]);
    expect(numberConflicts('etc/passwd', lines(root), twice, undefined)).toEqual([]);
    // The image gave the number of a name that it dropped to another name.
    expect(
      numberConflicts(
        'etc/passwd',
        lines(root, redis),
        lines(root, 'valkey:x:120:130::/:/bin/false'),
        lines(root, redis),
      ),
    ).toEqual([]);
  });
});
