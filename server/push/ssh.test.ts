import { expect, it } from 'vitest';
import { shellLine, sshCommand } from './ssh.ts';

it('gives one word to the shell as it is, and quotes several', () => {
  expect(shellLine(['df -h / | tail -1'])).toBe('df -h / | tail -1');
  expect(shellLine(['echo', "it's", '$HOME'])).toBe(`echo 'it'\\''s' '$HOME'`);
});

it('asks nothing, files the key under the host name, and lets no address be an option', () => {
  const { argv, env } = sshCommand({ host: 'www1', address: '10.0.0.11' }, { user: 'root' }, 'uptime');
  expect(argv).toEqual(expect.arrayContaining(['BatchMode=yes', 'HostKeyAlias=www1']));
  expect(argv.slice(-3)).toEqual(['--', '10.0.0.11', 'uptime']);
  expect(env).toBeUndefined();
});
