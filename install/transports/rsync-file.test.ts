import { describe, expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { judgeFetch, rsyncFile } from './rsync-file.ts';

const server = { host: '10.0.0.2', rsyncPort: 873, httpPort: 8181 };
const exit = (code: number, stderr = '', stdout = '') => {
  return { argv: ['rsync'] as const, code, timedOut: false, stdout, stderr };
};
const refused =
  'rsync: [Receiver] failed to connect to 10.0.0.2 (10.0.0.2): Connection refused (111)\nrsync error: x\n';
const missing = 'rsync: [sender] link_stat "/web1.sh" (in scripts) failed: No such file or directory (2)\n';

describe('judgeFetch', () => {
  it.each([
    [exit(0), 'there'],
    [exit(23, missing), 'missing'],
    [
      exit(10, refused),
      {
        notYet:
          'image server 10.0.0.2 port 873 does not answer: failed to connect to 10.0.0.2 (10.0.0.2): Connection refused (111)',
      },
    ],
    [exit(30), { notYet: 'image server 10.0.0.2 port 873 does not answer: no reason given' }],
    [
      exit(5, '@ERROR: max connections (1) reached -- try again later\n'),
      { notYet: 'image server 10.0.0.2 port 873 has no free place' },
    ],
  ])('goes on after %j', (one, expected) => expect(judgeFetch(one, 'scripts/web1.sh', server)).toEqual(expected));

  it.each([
    [
      exit(23, 'rsync: [sender] send_files failed to open "/web1.sh" (in scripts): Permission denied (13)\n'),
      'Permission denied',
    ],
    [exit(5, "@ERROR: Unknown module 'scripts'\n"), 'an rsync daemon without the module scripts'],
    [exit(5, '@ERROR: access denied to scripts from UNKNOWN (10.0.0.5)\n'), 'refuses this machine'],
    [exit(1, 'rsync: unknown option\n'), 'unknown option'],
  ])('stops after %j', (one, message) => expect(() => judgeFetch(one, 'scripts/web1.sh', server)).toThrow(message));
});

describe('rsyncFile', () => {
  const run = async (answers: ReturnType<typeof exit>[], content?: string) => {
    const recorder = recorderIo({
      answer: () => {
        const answer = answers.shift() ?? exit(0);
        if (answer.code === 0 && content !== undefined) recorder.files.set('/run/file', content);
        return answer;
      },
    });
    const request = { path: 'scripts/web1.sh', at: '/run/file' as const, maxBytes: 100 };
    return { fetched: await rsyncFile(recorder.io, server, request), did: recorder.did };
  };

  it('follows links', async () => {
    const { fetched, did } = await run([exit(0)], '#!/bin/sh\n');
    expect('bytes' in fetched && Buffer.from(fetched.bytes ?? '').toString()).toBe('#!/bin/sh\n');
    expect(did.at(-1)).toMatch(/^run rsync -L .* rsync:\/\/10\.0\.0\.2:873\/scripts\/web1\.sh \/run\/file$/);
  });

  it('tells a link to nothing from a script that is missing', async () => {
    const link = 'lrwxrwxrwx             11 2026/11/23 22:28:02 web1.sh -> gone.master\n';
    await expect(run([exit(23, missing), exit(0, '', link)])).rejects.toThrow(
      'scripts/web1.sh on 10.0.0.2 is a link to gone.master, and there is no such file',
    );
    expect((await run([exit(23, missing), exit(23, missing)])).fetched).toEqual({ bytes: undefined });
  });

  it('refuses what is no file', async () => {
    await expect(run([exit(0)])).rejects.toThrow('larger than 100 bytes or no file');
  });
});
