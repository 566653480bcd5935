import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostsEntry, namesOf, parseHosts, printHosts } from './hosts.ts';

const file = [
  '127.0.0.1 localhost',
  '10.0.0.10\tweb10.example.com web10 # the tenth',
  ' 110.0.0.1 other',
  '#10.0.0.1 commented',
  '::1 ip6-localhost',
  '10.0.0.1',
  'nonsense 10.0.0.1',
  '10.0.0.1 web1.example.com web1\r',
  '10.0.0.1#x',
  '10.0.0.1 alias#2',
].join('\n');

describe('hosts file', () => {
  it.each([
    ['10.0.0.1', ['web1.example.com', 'web1', 'alias']],
    ['10.0.0.10', ['web10.example.com', 'web10']],
    ['0.0.0.1', []],
    ['10.0.0', []],
  ])('names %s by the whole address only', (address, names) => {
    expect(namesOf(parseHosts(file), address)).toEqual(names);
  });

  it('keeps every byte of lines that are not ours', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(printHosts(parseHosts(text))).toBe(text);
      }),
    );
    expect(printHosts(parseHosts(file))).toBe(file);
  });

  it('reads the entry that it prints', () => {
    const line = hostsEntry('10.0.0.3', ['web3.example.com', 'web3'], '# added');
    expect(parseHosts(line.raw)).toEqual([line]);
  });
});
