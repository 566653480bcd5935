import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dnsmasqHost, ipxeProblem, ipxeWords, writers } from './languages.ts';

const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom(';', '&&', '||', '#', ' ', '\n', '${', '}', '"', "'", '\\', ',', '%', 'a', '\x1b'))
    .map((all) => all.join('')),
);
/** What a writer gives, or undefined where it refuses. */
const written = (name: keyof typeof writers, text: string) => {
  try {
    return writers[name](text);
  } catch {
    return undefined;
  }
};

it('has a writer for each template', () => {
  const files = readdirSync(path.resolve(import.meta.dirname, '..', '..', 'templates'));
  const names = files.flatMap((file) => (file.endsWith('.mustache') ? [file.replace('.mustache', '')] : []));
  expect(Object.keys(writers).toSorted()).toEqual(names.toSorted());
});

describe('iPXE', () => {
  it('never sees the end of a command in a text', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const line = writers['boot.ipxe'](text);
        expect(line).toMatch(/^[ -~]*$/);
        expect(line.split(' ').some((word) => /^(;|&&|\|\||#.*)$/.test(word))).toBe(false);
        expect(line).not.toMatch(/\$|\\/);
      }),
    );
  });
  it.each([';', '&&', '||', '#', '#x', '${net0/mac}', 'a${x', 'x\\', 'ä', ''])('gets no kernel word %j', (word) => {
    expect(ipxeProblem(word)).toBeDefined();
    expect(() => ipxeWords(['quiet', word])).toThrow('cannot be a word for the kernel');
  });
  it.each(['quiet', 'console=ttyS0,115200', 'a=b;c', 'x=$y', 'dyndbg="file'])(
    'gets the kernel word %j as it is',
    (word) => {
      expect(ipxeWords([word])).toBe(word);
    },
  );
});

it.each(['dnsmasq.conf', 'rsyncd.conf', 'dhcpd.conf'] as const)(
  'writes into %s one value as it is, or none',
  (name) => {
    fc.assert(
      fc.property(anything, (text) => {
        const value = written(name, text);
        expect([undefined, text]).toContain(value);
        expect(value ?? '').not.toMatch(/[\p{Cc}\\]|^\s|\s$/u);
      }),
    );
  },
);
it.each(['ignore', 'Infinite', '12', '12h', '3600'])(
  'dnsmasq is not told of a host %s, which it reads as something else',
  (name) => {
    expect(dnsmasqHost(name)).toBe('');
  },
);
it('takes the paths that people have', () => {
  for (const name of ['dnsmasq.conf', 'rsyncd.conf'] as const)
    for (const text of ['/srv/my images/größe_1.0-2', '', '10.0.0.0/24 ::1/128'])
      expect(written(name, text)).toBe(text);
});
