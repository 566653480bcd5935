import { expect, it } from 'vitest';
import { hostFileWords, type Known, machinesOf } from './machines.ts';

const known: Known = {
  hosts: ['db1', 'www1', 'www2', 'www10'],
  entries: [
    { host: 'www1', ip: '10.0.0.11' },
    { host: 'www2', domain: 'site.example' },
  ],
  groups: [
    { name: 'Web', hosts: ['www*'] },
    { name: 'empty', hosts: ['none'] },
  ],
};
const hosts = (...words: string[]) => machinesOf(words, known).map(({ host }) => host);

it('reaches a machine at the address of hosts.json, else by its name with the domain', () => {
  expect(machinesOf(['www1-www3'], known)).toEqual([
    { host: 'www1', address: '10.0.0.11' },
    { host: 'www2', address: 'www2.site.example' },
    { host: 'www3', address: 'www3' },
  ]);
});

it('knows ranges, patterns and groups, and takes each machine once', () => {
  expect(hosts('www*', 'WWW1')).toEqual(['www1', 'www2', 'www10']);
  expect(hosts('db1', '@web')).toEqual(['db1', 'www1', 'www2', 'www10']);
  expect(hosts('rack{1-2}n{01-02}')).toEqual(['rack1n01', 'rack1n02', 'rack2n01', 'rack2n02']);
});

it('takes the first label of a full name', () => {
  expect(hosts('www1.site.example')).toEqual(['www1']);
});

it('refuses words that mean no machine', () => {
  expect(() => hosts('mail*')).toThrow('no machine of this server is called mail*');
  expect(() => hosts('@mail')).toThrow('there is no group mail');
  expect(() => hosts('@empty')).toThrow('no machine of this server is in the group empty');
  expect(() => hosts('-oProxyCommand=x')).toThrow('is no host name');
});

it('reads a file of machines', () => {
  expect(hostFileWords('www1 www2 # the old ones\r\n\n# all\n@db,mail1\n')).toEqual(['www1', 'www2', '@db', 'mail1']);
});
