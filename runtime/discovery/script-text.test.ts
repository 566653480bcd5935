import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../common/system/text.ts';
import { scriptText } from './script-text.ts';

const where = 'scripts/web1.sh on 10.0.0.2';

describe('scriptText', () => {
  it('gives the text as it is', () => {
    expect(scriptText(Buffer.from('#!/bin/sh\n# é\n'), where)).toBe('#!/bin/sh\n# é\n');
    const latin1 = Buffer.from('#!/bin/sh\n# caf\xe9\n', 'latin1');
    expect(bytesOf(scriptText(latin1, where))).toEqual(latin1);
  });

  it.each([
    ['', 'scripts/web1.sh on 10.0.0.2 is empty'],
    [' \n\n', 'is empty'],
    ['<!DOCTYPE html><html>', 'is HTML or XML, no script'],
    ['\n  <html>404</html>', 'is HTML or XML, no script'],
    ['#!/bin/sh\r\nset -e\r\n', 'has line ends of Windows (CRLF)'],
    ['#!/bin/sh\0', 'holds a NUL byte'],
    [Buffer.alloc(2 * 1024 * 1024, 'x'), 'has 2097152 bytes'],
  ])('refuses %j', (content, message) => {
    expect(() => scriptText(Buffer.from(content), where)).toThrow(message);
  });
});
