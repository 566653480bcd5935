import { expect, it } from 'vitest';
import { readScript } from './read-script.ts';

const layout = '[disk /dev/sda]\nlabel: gpt\n1 : type=linux\n[filesystems]\n/dev/sda1 ext4\n[mounts]\n/dev/sda1 / ext4';
const script = (body: string) => `#!/bin/sh\nset -e\nboel layout --image web_v1 <<'LAYOUT'\n${body}\nLAYOUT\n`;

it('reads which images a script installs, and its verbs', () => {
  const text = `${script(layout)}boel partition\nlogger "$HOSTNAME"\nboel image web_v1\nboel run-parts post-install\n`;
  expect(readScript(text)).toEqual({
    images: ['web_v1'],
    verbs: ['layout', 'partition', 'image', 'run-parts'],
    siteFolders: ['post-install'],
  });
});
it.each([
  ['boel layout --image=a /run/layout\nboel image b\n', ['a', 'b']],
  ['boel image\n', []],
  ['echo boel image c\n', []],
])('reads the images of %j as %j', (text, images) => {
  expect(readScript(text).images).toEqual(images);
});
it.each([
  [script('[disk /dev/sda]\n1 : size=many'), 'many'],
  ["boel layout <<'LAYOUT'\n[disk /dev/sda]\n", 'has no end'],
])('says what the installer would refuse of %j', (text, words) => {
  expect(readScript(text).problem?.message).toContain(words);
});
