import { expect, it } from 'vitest';
import { ConsoleReader, plainText } from './console.ts';

it('reads text without colours and cursor moves', () => {
  expect(plainText('\x1b[2J\x1b[1;1H\x1b[31mboot\x1b[0m failed\r\n')).toBe('boot failed\n');
});

it('finds each text after the one before', () => {
  const reader = new ConsoleReader('/dev/null', 0);
  reader.text = 'login: a\nlogin: b\n';
  expect(reader.find('login: ')).toBeDefined();
  expect(reader.find(/login: (.)/)?.[1]).toBe('b');
  expect(reader.find('login')).toBeUndefined();
});
