import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { compile } from '../../builder/asker/programs.ts';
import { emptyState } from '../../common/model/state.ts';
import type { Argv, Exit } from '../../common/system/io.ts';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { layouts } from '../assets/scripts.ts';
import { run, start } from './harness/processes.ts';
import { type RowContext, row } from './harness/row.ts';

const top = path.resolve(import.meta.dirname, '../..');
const initrdRoot = path.join(top, 'builder/initrd/root');
const limitMs = 300_000;

/** Node stands for the executable. Nothing is discovered here: the session goes on where one before it has opened shells. */
const executable = `#!/bin/sh
[ "$1" = session ] && set -- session --again
exec ${process.execPath} --disable-warning=ExperimentalWarning ${top}/runtime/main.ts "$@"
`;

const setting = (value: string) => ({ value, from: 'boot prompt', detail: '' });
const state = { ...emptyState, script: 'web1.sh', settings: { IMAGESERVER: setting('127.0.0.1') } };

/** Lays out what BOEL's root has, and enters namespaces in which it is there: mounts, processes and network of its own. */
async function enterBoel(test: RowContext): Promise<(...argv: Argv) => Argv> {
  const added = (name: string) => path.join(test.scratch, name);
  for (const name of ['etc', 'lib/boel', 'bin']) await mkdir(added(name), { recursive: true });
  await writeFile(added('etc/boel-built'), '0\n');
  await writeFile(added('lib/boel/boel'), executable);
  await run(['cp', '-r', `${initrdRoot}/usr/lib/boel`, added('lib')]);
  await run(['chmod', '-R', '755', added('lib/boel')]);
  const context = { io: realIo, signal: new AbortController().signal, say: () => {} };
  await compile(context, ['gcc'], 'boel.c', absPath(added('bin/boel')));
  await compile(context, ['gcc'], 'end-with.c', absPath(added('lib/boel/end-with')));
  const over = (name: string, at: string) => `mount -t overlay overlay -o lowerdir=${added(name)}:${at} ${at}`;
  const setUp = [
    'set -e',
    'mount -t tmpfs tmpfs /run',
    'mkdir -m 700 /run/boel',
    ': >/run/boel/console.log',
    'ip link set lo up',
  ];
  const lines = [
    ...setUp,
    over('etc', '/etc'),
    over('lib', '/usr/lib'),
    over('bin', '/usr/local/bin'),
    `: >${added('ready')}`,
  ];
  const script = [...lines, 'exec sleep infinity'].join('\n');
  const unshare = ['unshare', '--mount', '--pid', '--net', '--fork', '--kill-child', '--mount-proc'] as const;
  const child = await start({ argv: [...unshare, 'sh', '-c', script] });
  test.defer(() => child.stop());
  await until('the namespaces', async () => (await realIo.lstat(absPath(added('ready')))) !== undefined);
  const [pid = ''] = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).split(' ');
  return (...argv) => ['nsenter', '-t', pid, '-m', '-p', '-n', ...argv];
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + limitMs; !(await holds()); await delay(100))
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
}

function expectSame(what: string, got: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(got, undefined, 2), JSON.stringify(wanted, undefined, 2)];
  if (a !== b) throw new Error(`${what}:\n${a}\ninstead of\n${b}`);
}

/** Asks for an image of a server that is away: the verb tries again for minutes. */
const layout = `boel layout --image web_v1 <<'LAYOUT'
${layouts.oneExt4.trim()}
LAYOUT
`;

export default row({
  name: 'resident: boel asks the resident program, and does a verb itself where that one is killed; the script goes on',
  covers: ['runtime/', 'builder/asker/', 'builder/initrd/root/', 'common/system/'],
  seconds: 60,
  cases: [
    'a word gives the same with and without a resident program',
    'Ctrl-C ends a verb, in words',
    'a resident program that is killed in the middle of a verb ends no script, and starts no second one',
  ],
  async run(test) {
    const inside = await enterBoel(test);
    const sh = (script: string): Promise<Exit> => realIo.run({ argv: inside('sh', '-c', script), limitMs });
    const said = async (script: string) => {
      const { code, stdout, stderr } = await sh(script);
      return { code, stdout, stderr };
    };
    const log = async () => (await sh('cat /run/boel/console.log')).stdout;
    const residentPid = async () => (await sh("pgrep -of 'runtime/main.ts session'")).stdout.trim();
    const isAnswering = async () =>
      (await sh('[ -S /run/boel/socket ] && ! boel nonsense 2>&1 | grep -q without')).code === 0;
    const put = (name: string, text: string) =>
      run(inside('sh', '-c', 'printf %s "$1" >"$2"; chmod 700 "$2"', 'sh', text, `/run/boel/${name}`));
    await put('state.json', JSON.stringify(state));
    await put('notice', 'It failed.\n');

    const words = [
      'boel state',
      'boel',
      'boel --help',
      'boel imge',
      'boel mkfs --no-such',
      'boel layout --dry-run </dev/null',
    ];
    const typed = [
      ...words,
      "printf '[disk' | boel layout --dry-run",
      "printf 'a\\nb\\n' | { boel state >/dev/null; cat; }",
    ];
    const alone = await Promise.all(typed.map(said));
    const session = await start({ argv: inside('/usr/lib/boel/session') });
    test.defer(() => session.stop());
    await until('the resident program', async () => (await residentPid()) !== '' && (await isAnswering()));

    await test.case('a word gives the same with and without a resident program', async () => {
      for (const [index, one] of typed.entries()) expectSame(one, await said(one), alone[index]);
      expectSame('the end of a pipe', alone.at(-1)?.stdout, 'a\nb\n');
    });

    await test.case('Ctrl-C ends a verb, in words', async () => {
      const ended = sh(`timeout -s INT 5 ${layout}`);
      expectSame('exit code of timeout', (await ended).code, 124);
      if (!(await ended).stderr.includes('boel layout was ended by SIGINT')) throw new Error((await ended).stderr);
    });

    await test.case(
      'a resident program that is killed in the middle of a verb ends no script, and starts no second one',
      async () => {
        await put(
          'script',
          `echo begun\n${layout.replace('boel', '! boel')}\necho went on\nboel state >/dev/null\nexit 5\n`,
        );
        const resume = sh('boel resume; echo ended with $?');
        await until('the verb', async () => (await log()).includes('trying again in 2 s'));
        const pid = await residentPid();
        const scores = `for pid in $(pgrep -P ${pid}); do cat /proc/$pid/oom_score_adj; done | sort -u`;
        expectSame('oom_score_adj of what it started', (await sh(scores)).stdout, '0\n');
        await sh(`kill -9 ${pid}`);
        await until('the next one', async () => ![pid, ''].includes(await residentPid()));
        await until('the verb done again', async () => (await log()).split('trying again in 2 s').length > 2);
        const second = await said('boel resume');
        if (second.code !== 1 || !/the script (still runs|is being run)/.test(second.stderr))
          throw new Error(second.stderr);
        const answer = "require('http').createServer((_, to) => to.writeHead(404).end()).listen(8181, '127.0.0.1')";
        const server = await start({ argv: inside(process.execPath, '-e', answer) });
        test.defer(() => server.stop());
        await until('the end of the script', async () => (await log()).includes('The installation stopped'));
        const text = await log();
        expectSame('times that the script began', text.split('] begun\n').length - 1, 1);
        for (const part of ['the resident program has ended in the middle', '] went on\n', 'exit code 137'])
          if (!text.includes(part)) throw new Error(`no ${part} in\n${text}`);
        if (!(await resume).stdout.includes('ended with 1')) throw new Error(JSON.stringify(await resume));
      },
    );
  },
});
