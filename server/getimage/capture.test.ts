import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CliContext } from '../../common/cli.ts';
import { apply } from '../../common/system/apply.ts';
import type { Io } from '../../common/system/io.ts';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { captureImage } from './capture.ts';
import type { CaptureOptions } from './capture-options.ts';

const options: CaptureOptions = {
  image: 'web_v2',
  source: { kind: 'daemon', host: 'web', port: 873 },
  excludes: [],
  also: [],
  sharesLinks: false,
  mayAsk: false,
  dryRun: false,
};

let root = '';
beforeEach(() => (root = fs.mkdtempSync(path.join(os.tmpdir(), 'capture-'))));
afterEach(() => fs.rmSync(root, { recursive: true }));

const lib = (...names: string[]) => path.join(root, 'var/lib/systemimager', ...names);
function put(at: string, text: string): void {
  fs.mkdirSync(path.dirname(at), { recursive: true });
  fs.writeFileSync(at, text);
}
const images = () => fs.readdirSync(lib('images')).toSorted();

/** A capture of a golden client that says what it has and, to the rsync that fills the tree, `exit`: what was said, and which programs ran. */
async function capture(more: Partial<CaptureOptions> = {}, exit = { code: 0, stderr: '' }, isPrepared = true) {
  const [ran, said]: [string[], string[]] = [[], []];
  const io: Io = {
    ...realIo,
    sleep: async () => {},
    run: async ({ argv }) => {
      ran.push(argv.join(' '));
      const [program, to = ''] = [argv[0], argv.at(-1)];
      const says = (code: number, stdout = '', stderr = '') => ({ argv, code, timedOut: false, stdout, stderr });
      if (program === 'cp' && argv.includes('--update')) fs.cpSync(argv.at(-2) ?? '', to, { recursive: true });
      if (program === 'df') return says(0, ' Avail IAvail Inodes\n 1000000000000 1000 1000\n');
      if (program !== 'rsync') return says(program === 'cp' && argv.includes('--reflink=always') ? 1 : 0);
      if (argv.some((word) => word.endsWith('/etc/')) && isPrepared)
        put(path.join(to, 'systemimager/mounted_filesystems'), '/dev/sda1 on / type ext4 (rw)\n');
      if (!to.endsWith('.new/')) return says(0, argv.includes('--dry-run') ? '>f+++++++++ etc/hostname\n' : '');
      put(path.join(to, 'etc/hostname'), 'web\n');
      return says(exit.code, '', exit.stderr);
    },
  };
  const context: CliContext = {
    io,
    root: absPath(root),
    isTerminal: false,
    signal: new AbortController().signal,
    print: (line) => void said.push(line),
    carryOut: async (steps, how) => (how.dryRun ? undefined : apply(steps, io, how)),
  };
  await captureImage(context, { ...options, ...more });
  return { said, ran };
}

it('takes the first image of a golden client, and writes down where it came from and what it holds', async () => {
  const { said } = await capture();
  expect(images()).toEqual(['web_v2']);
  expect(fs.readFileSync(lib('images/web_v2/etc/hostname'), 'utf8')).toBe('web\n');
  expect(JSON.parse(fs.readFileSync(lib('manifests/web_v2.capture.json'), 'utf8'))).toMatchObject({
    goldenClient: 'web',
  });
  expect(fs.readFileSync(lib('manifests/web_v2.manifest'), 'latin1')).toContain('etc/hostname');
  expect(said).toContain(`web_v2 holds the files of web as of now: ${lib('images/web_v2')}`);
});
it.each([
  ['web', true],
  ['db', false],
])('begins with the version before it, which was of %s: %j', async (goldenClient, begins) => {
  put(lib('images/web_v1/etc/fstab'), '');
  const record = { version: 1, goldenClient, capturedAt: '2026-01-01T00:00:00.000Z' };
  put(lib('manifests/web_v1.capture.json'), JSON.stringify(record));
  await capture();
  expect(fs.existsSync(lib('images/web_v2/etc/fstab'))).toBe(begins);
});
it('goes on with a capture that was cut off', async () => {
  put(lib('images/.web_v2.new/etc/fstab'), '');
  expect((await capture()).said.join('\n')).toContain('going on with a capture that did not end');
  expect(fs.readdirSync(lib('images/web_v2/etc'))).toEqual(['fstab', 'hostname']);
});
it('leaves the image as it is where the golden client goes away, and goes on the next time', async () => {
  put(lib('images/web_v2/etc/old'), 'old');
  await expect(capture({}, { code: 23, stderr: 'some files could not be transferred' })).rejects.toThrow(
    'Take the files of web as web_v2: rsync exited 23',
  );
  expect(fs.readdirSync(lib('images/web_v2/etc'))).toEqual(['old']);
  expect(images()).toEqual(['.web_v2.new', 'web_v2']);
  await capture();
  expect(fs.readdirSync(lib('images/web_v2/etc'))).toContain('hostname');
});
it('changes nothing in a dry run', async () => {
  put(lib('images/web_v2/etc/old'), 'old');
  await capture({ dryRun: true });
  expect(images()).toEqual(['web_v2']);
  expect(fs.readdirSync(lib('images/web_v2/etc'))).toEqual(['old']);
});
it('refuses a golden client on which prepareclient did not run', async () => {
  await expect(capture({}, undefined, false)).rejects.toThrow('web has no /etc/systemimager/mounted_filesystems');
});
