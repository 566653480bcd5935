import { describe, expect, it } from 'vitest';
import { firstExcludeFile, parseExcludeFile } from './exclude-file.ts';

const where = '/etc/systemimager/updateclient.local.exclude';
const messageOf = (text: string) => {
  try {
    parseExcludeFile(text, where);
    return 'fine';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the list of what an update leaves alone', () => {
  it('gives each pattern with its line', () => {
    expect(parseExcludeFile('# ours\n\n/srv/*\n  \n; old\n/var/lib/mysql/\n', where)).toEqual([
      { pattern: '/srv/*', from: `${where} line 3` },
      { pattern: '/var/lib/mysql/', from: `${where} line 6` },
    ]);
  });

  it('is fine as an update writes it, and names people’s data, databases and containers', () => {
    const patterns = parseExcludeFile(firstExcludeFile, where).map((one) => one.pattern);
    for (const path of ['/home/*', '/root/*', '/srv/*', '/mnt/*', '/media/*', '/tmp/*', '/var/tmp/*', '/var/spool/*'])
      expect(patterns).toContain(path);
    expect(patterns).toContain('/var/mail/*');
    expect(patterns).toContain('/var/lib/postgresql/*');
    expect(patterns).toContain('/var/lib/docker/*');
  });

  it.each([
    ['/etc/mtab\nhome/*\n', 'line 2, column 1: "home/*" does not begin with a slash, so it would protect nothing'],
    ['   /srv/*\n', 'line 1, column 4: "/srv/*" does not begin with a slash, so it would protect nothing'],
    ['/srv/* \n', 'line 1, column 7: blanks at the end of the line would belong to the pattern'],
    ['/srv/*\r\n', 'line 1, column 7: blanks at the end of the line would belong to the pattern'],
    ['/srv/[ab\n', 'line 1, column 6: a [ without its ]'],
    ['/**\n', 'line 1, column 1: the pattern means every file, so nothing would be updated'],
    ['/\n', 'line 1, column 1: the pattern means every file, so nothing would be updated'],
    ['/srv/../home\n', 'line 1, column 5: no path has the part "/.."'],
    ['/srv//data\n', 'line 1, column 5: no path has the part "/"'],
    ['/a\tb\n', 'line 1, column 3: a byte that is no printable UTF-8'],
  ])('%j is refused with line and column', (text, message) => {
    expect(messageOf(text)).toContain(`${where}: `);
    expect(messageOf(text)).toContain(message);
  });

  it('tells all faults at once', () => {
    expect(messageOf('a\n/fine\nb\n')).toMatch(/line 1, .*\n.*line 3, /);
  });

  it.each(['/srv/[]a]*', '/srv/[!]x]', '/a\\[b', '/var/lib/mysql/', '/data/**/cache', '/srv/.hidden'])(
    '%s is a pattern',
    (pattern) => expect(messageOf(`${pattern}\n`)).toBe('fine'),
  );
});
