import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { goldenDaemon, goldenFiles } from '../../common/model/golden-files.ts';
import type { Child } from '../../common/system/io.ts';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { systemimager } from '../assets/boel.ts';
import { run, start } from './harness/processes.ts';
import { row } from './harness/row.ts';
import type { Wire } from './harness/wire.ts';

const filesOfEach = 1500;
/** So often each command is killed. */
const rounds = 4;
/** A program that is told to end may first end those that it started. */
const goneWithinMs = 10_000;

/** An image whose every file has a content of its own, so that a mixture of two shows. */
async function makeImage(root: string, name: string): Promise<void> {
  const tree = path.join(root, 'var/lib/systemimager/images', name);
  for (const folder of ['etc/systemimager', 'bin', 'usr/bin', 'boot', 'data'])
    await mkdir(path.join(tree, folder), { recursive: true });
  await writeFile(path.join(tree, goldenFiles.mounted), '/dev/sda1 on / type ext4 (rw)\n');
  for (let number = 0; number < filesOfEach; number += 1)
    await writeFile(path.join(tree, 'data', `file${number}`), `${name} ${number}\n`.repeat(400));
}

/** The processes whose command line names this folder. */
async function workersIn(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(folder)).map((line) => line.replaceAll('\0', ' '));
}

async function expectNobody(folder: string, after: string): Promise<void> {
  const until = performance.now() + goneWithinMs;
  for (let left = await workersIn(folder); left.length > 0; left = await workersIn(folder)) {
    if (performance.now() > until) throw new Error(`left running ${after}:\n${left.join('\n')}`);
    await delay(50);
  }
}

/** All content in one sum, so that it says the same of the same files. */
async function contentOf(root: string, image: string): Promise<string> {
  const cwd = absPath(path.join(root, 'var/lib/systemimager/images', image));
  const words = 'find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum; find . | wc -l';
  return (await run(['sh', '-c', words], { cwd })).stdout;
}

/** Shows a tree as the daemon of a golden client does. */
async function showGolden(wire: Wire, root: string, image: string, port: number, scratch: string): Promise<Child> {
  const conf = path.join(scratch, `${image}.conf`);
  const tree = path.join(root, 'var/lib/systemimager/images', image);
  const module = `[${goldenDaemon.rootModule}]\npath = ${tree}\nread only = yes\n`;
  await writeFile(conf, `uid = root\ngid = root\nuse chroot = yes\n${module}`);
  return wire.start(['rsync', '--daemon', '--no-detach', `--config=${conf}`, `--port=${port}`]);
}

/** Kills commands at random moments; each time the next one comes at once. */
function killing(root: string, enter: Wire['enter'] = (argv) => argv) {
  const command = (...words: string[]) => enter(systemimager('--root', root, ...words));
  const said = async (...words: string[]) => realIo.run({ argv: command(...words) });
  return {
    /** Does the command, and waits while another is at work. */
    does: async (...words: string[]): Promise<void> => {
      const until = performance.now() + goneWithinMs;
      for (;;) {
        const exit = await said(...words);
        if (exit.code === 0) return;
        const isBusy = exit.stderr.includes('another command is at work');
        if (!isBusy || performance.now() > until)
          throw new Error(`${words.join(' ')} exited ${exit.code}\n${exit.stderr}`);
        await delay(100);
      }
    },
    killed: async (withinMs: number, ...words: string[]): Promise<void> => {
      const child = await start({ argv: command(...words) });
      const atMs = Math.round(Math.random() * withinMs);
      await Promise.race([delay(atMs), child.exit]);
      child.kill('SIGKILL');
    },
    said,
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

export default row({
  name: 'killed: after kill -9 of any command nothing is left running, and no image is a mixture of two',
  covers: ['common/system/', 'server/images/', 'server/getimage/', 'server/commands/', 'server/chroot/'],
  seconds: 180,
  async run(test) {
    const root = path.join(test.scratch, 'root');
    for (const name of ['red', 'blue']) await makeImage(root, name);
    const { does, killed, said } = killing(root);
    const wanted = await contentOf(root, 'blue');
    const expectBlue = async (image: string, after: string) => {
      const found = await contentOf(root, image);
      if (found !== wanted) throw new Error(`${image} is no blue ${after}:\n${found}`);
    };
    for (const name of ['red', 'blue']) await does('export', name, path.join(test.scratch, `${name}.tar`));

    await test.case('an image that is copied or unpacked beside one that was killed is whole', async () => {
      const tars = Object.fromEntries(['red', 'blue'].map((name) => [name, path.join(test.scratch, `${name}.tar`)]));
      const kinds: Record<string, (from: 'red' | 'blue') => string[]> = {
        cpimage: (from) => ['cpimage', from, 'mixed'],
        import: (from) => ['import', tars[from] ?? '', '-image', 'mixed'],
      };
      for (const [name, words] of Object.entries(kinds)) {
        const wholeMs = await timed(() => does(...words('red')));
        for (let round = 0; round < rounds; round += 1) {
          await said('rmimage', 'mixed', '--force');
          await killed(wholeMs, ...words('red'));
          // Where the first one was done already, its image is there.
          const exit = await said(...words('blue'));
          if (exit.stderr.includes('is there already')) await does('rmimage', 'mixed', '--force');
          if (exit.code !== 0) await does(...words('blue'));
          await expectBlue('mixed', `after ${name} was killed`);
          await expectNobody(test.scratch, `after ${name} was killed`);
        }
        await does('rmimage', 'mixed', '--force');
      }
    });

    await test.case('an image that is captured after a capture that was killed is whole', async () => {
      const wire = await test.wire();
      const ports = { red: 18731, blue: 18732 };
      const golden = await Promise.all(
        (['red', 'blue'] as const).map((name) => showGolden(wire, root, name, ports[name], test.scratch)),
      );
      const inside = killing(root, (argv) => wire.enter(argv));
      const capture = (from: 'red' | 'blue') => {
        const where = ['-golden-client', '127.0.0.1', '--port', String(ports[from])];
        return ['getimage', ...where, '-image', 'shot', '--update', '--yes'];
      };
      const wholeMs = await timed(() => inside.does(...capture('red')));
      for (let round = 0; round < rounds; round += 1) {
        await inside.killed(wholeMs, ...capture('red'));
        await inside.does(...capture('blue'));
        await expectBlue('shot', 'after a capture of red was killed');
      }
      for (const daemon of golden) await daemon.stop();
      await expectNobody(test.scratch, 'after captures were killed');
    });

    await test.case('whatever is killed leaves no program, and the lock is free', async () => {
      const commands = [
        ['export', 'blue', path.join(test.scratch, 'again.tar.zst')],
        ['verify', 'blue', '--refresh'],
        ['diff', 'red', 'blue', '--files'],
        ['lsimage', '-verbose', '-size'],
        ['mkautoinstallscript', '--image', 'blue', '--force'],
        ['addclients', '-client', 'www', '-host-range', '1-2000', '-image', 'blue'],
        ['netboot', 'www7', '--local'],
        ['rmclients', 'www1-www2000'],
        ['chroot', 'blue', '--', '/bin/true'],
        ['mvimage', 'blue', 'green'],
        ['rmimage', 'red', '--force'],
      ];
      await does('mkautoinstallscript', '--image', 'blue');
      for (const words of commands)
        for (let round = 0; round < rounds; round += 1) {
          await killed(2500, ...words);
          await expectNobody(test.scratch, `after ${words[0]} was killed`);
          await rm(path.join(test.scratch, 'again.tar.zst'), { force: true });
        }
      const green = path.join(root, 'var/lib/systemimager/images/green');
      const image = (await realIo.lstat(absPath(green))) === undefined ? 'blue' : 'green';
      await does('verify', image, '--refresh');
      // A chroot that is killed leaves a file to mount over, which the next one takes away.
      await said('chroot', image, '--', '/bin/true');
      await expectBlue(image, 'after all of it');
    });
  },
  cases: [
    'an image that is captured after a capture that was killed is whole',
    'an image that is copied or unpacked beside one that was killed is whole',
    'whatever is killed leaves no program, and the lock is free',
  ],
});
