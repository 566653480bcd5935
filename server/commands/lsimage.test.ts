import { expect, it } from 'vitest';
import { makeProgram } from '../../cli/program.ts';
import { UserError } from '../../common/system/errors.ts';
import type { Io } from '../../common/system/io.ts';
import { idleContext } from '../../test/helpers/cli-context.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { lsimageCommand } from './lsimage.ts';

it('lists every image, also where the script of one does not read', async () => {
  const top = '/var/lib/systemimager';
  const { io } = recorderIo({
    files: {
      [`${top}/images/mail/etc`]: { dir: true },
      [`${top}/images/web/etc`]: { dir: true },
      [`${top}/scripts/mail.master`]: { dir: true },
      [`${top}/scripts/www1.sh`]: { link: 'web.master' },
      [`${top}/scripts/web.master`]: '#!/bin/sh\n',
    },
  });
  const readText: Io['readText'] = (at, ...rest) =>
    at === `${top}/scripts/mail.master`
      ? Promise.reject(new UserError('mail.master is a pipe, and no plain file', 'Look at it.'))
      : io.readText(at, ...rest);
  const lines: string[] = [];
  const program = makeProgram([lsimageCommand], {
    ...idleContext(),
    io: { ...io, readText },
    print: (line) => void lines.push(line),
  });
  await program.parseAsync(['lsimage', '--verbose'], { from: 'user' });
  expect(lines).toEqual([
    expect.stringMatching(/^mail .*; 0 machines; mail\.master does not read/),
    expect.stringMatching(/^web .*; 1 machine$/),
  ]);
});
