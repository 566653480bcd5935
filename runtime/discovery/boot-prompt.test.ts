import { describe, expect, it } from 'vitest';
import { readBootPrompt } from './boot-prompt.ts';

describe('the boot prompt', () => {
  it('beats the boot menu, both with their names', () => {
    const { found, bootif } = readBootPrompt(
      'quiet HOSTNAME=WEB1 systemimager.default.IMAGESERVER=10.0.0.2 BOOTIF=01-52-54-00-00-00-01\n',
    );
    expect(found).toEqual([
      { from: 'boot prompt', detail: '', values: { HOSTNAME: 'web1' } },
      { from: 'boot menu', detail: '', values: { IMAGESERVER: '10.0.0.2' } },
    ]);
    expect(bootif).toBe('01-52-54-00-00-00-01');
  });

  it.each([
    ['HOSTNAME=a/b', 'HOSTNAME="a/b" at the boot prompt'],
    ['systemimager.default.IMAGESERVER=-x', 'IMAGESERVER="-x" in the boot menu'],
    ['IMAGENAME=..', 'an image name is'],
  ])('refuses %s', (text, message) => expect(() => readBootPrompt(text)).toThrow(message));

  it('tells of a mistyped name', () => {
    expect(readBootPrompt('systemimager.HOSTNAM=web1').notes[0]).toContain(
      'systemimager.HOSTNAM on the kernel command line',
    );
  });
});
