import assert from 'node:assert/strict';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { absPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { systemimager } from '../assets/boel.ts';
import { run, start } from './harness/processes.ts';
import { row } from './harness/row.ts';
import { serve } from './harness/serve.ts';
import { wireInterface, wireNetwork } from './harness/wire.ts';

const { server, base, prefix } = wireNetwork;
const [stranger, neighbour, foreigner] = [`${base}50`, `${base}51`, '10.98.0.2'];
const http = `http://${server}:8181`;
const node = process.execPath;
const helper = path.join(import.meta.dirname, 'parts/stranger.ts');
const facts = (image: string) => `${http}/images/${image}/facts?mount=/`;

export default row({
  name: 'stranger: what one machine does to the server costs the others nothing',
  covers: ['server/http/', 'server/serve/', 'server/reports/', 'server/images/', 'common/system/'],
  seconds: 45,
  async run(test) {
    const root = path.join(test.scratch, 'root');
    const images = path.join(root, 'var/lib/systemimager/images');
    for (const folder of ['web/etc', 'web/bin', 'web/usr/bin', 'web/lib/modules/6.1.0', 'web/boot', 'web/usr/lib'])
      await mkdir(path.join(images, folder), { recursive: true });
    await run(['chmod', '0700', images]);
    const wire = await test.wire();
    for (const address of [stranger, neighbour, foreigner])
      await run(['ip', '-n', wire.namespace, 'addr', 'add', `${address}/${prefix}`, 'dev', wireInterface]);
    await mkdir(path.join(root, 'etc/systemimager'), { recursive: true });
    await writeFile(path.join(root, 'etc/systemimager/server.toml'), `networks = ["${base}0/${prefix}"]\n`);
    const serving = await serve(wire, root, { logs: test.logs });
    /** What curl hears from the server, asked by this address. */
    const ask = async (from: string, ...words: string[]) =>
      wire.run(['curl', '--silent', '--show-error', '--max-time', '10', '--interface', from, ...words]);
    const status = (from: string, url = `${http}/`) =>
      ask(from, '--output', '/dev/null', '--write-out', '%{http_code}', url);
    const list = (from: string) => wire.run(['rsync', '--timeout=10', `--address=${from}`, '-r', `${server}::web/`]);

    await test.case('open connections of one address, or from a foreign network, hold up nobody else', async () => {
      const held = [
        [stranger, '8181', '300'],
        [foreigner, '8181', '300'],
        [stranger, '873', '100'],
      ].map((words) => wire.start([node, helper, 'hold', server, ...words]));
      const children = await Promise.all(held);
      // The guard of the rsync daemon looks once a second.
      await delay(3000);
      assert.equal(await status(neighbour), '200');
      assert.match(await list(neighbour), /usr\/bin/);
      for (const child of children) child.kill('SIGKILL');
      assert.equal(await status(foreigner), '403');
    });

    await test.case('a thousand tiny reports of one address are refused to that address alone', async () => {
      const flood = JSON.parse(await wire.run([node, helper, 'flood', server, stranger, '1000'])) as Record<
        string,
        number
      >;
      assert.ok((flood['204'] ?? 0) <= 100 && (flood['503'] ?? 0) >= 900, JSON.stringify(flood));
      const other = JSON.parse(await wire.run([node, helper, 'flood', server, neighbour, '1'])) as Record<
        string,
        number
      >;
      assert.deepEqual(other, { '204': 1 });
    });

    await test.case(
      'pipes, devices, sockets and large files in an image end in words, and the next image is answered',
      async () => {
        const tree = path.join(images, 'web');
        const odd = ['etc/fstab', 'etc/os-release', 'lib/modules/6.1.0/modules.dep', 'boot/vmlinuz-6.1.0'];
        const makes: Record<string, (at: string) => Promise<unknown>> = {
          pipe: (at) => run(['mkfifo', at]),
          device: (at) => run(['mknod', at, 'c', '1', '5']),
          socket: (at) => realIo.run({ argv: [node, helper, 'socket', at] }),
          large: async (at) => {
            await writeFile(at, '');
            await truncate(at, 3 * 1024 ** 3);
          },
        };
        for (const [kind, make] of Object.entries(makes)) {
          for (const name of odd) {
            await run(['rm', '-f', path.join(tree, name)]);
            await make(path.join(tree, name));
          }
          const code = await status(neighbour, facts('web'));
          assert.ok(['200', '404'].includes(code), `${kind}: ${code}`);
          assert.equal(await status(neighbour), '200', kind);
        }
        for (const name of odd) await run(['rm', '-f', path.join(tree, name)]);
      },
    );

    await test.case('TERM ends a command at once that hashes a large file of holes', async () => {
      const large = path.join(images, 'web/large');
      await writeFile(large, '');
      await truncate(large, 8 * 1024 ** 4);
      const child = await start({ argv: systemimager('--root', root, 'verify', 'web', '--refresh') });
      await delay(3000);
      const since = performance.now();
      const exit = await child.stop();
      assert.notEqual(exit.code, 0, exit.stdout);
      assert.ok(performance.now() - since < 3000, `it took ${Math.round(performance.now() - since)} ms`);
      await run(['rm', large]);
    });

    await test.case('on a root that is read-only each command says so in two lines', async () => {
      const held = path.join(test.scratch, 'read-only');
      await mkdir(held);
      await run(['mount', '--bind', root, held]);
      test.defer(() => run(['umount', held]));
      await run(['mount', '-o', 'remount,bind,ro', held]);
      const commands = [
        ['netboot', 'www1', '--local'],
        ['cpimage', 'web', 'web2'],
        ['rmimage', 'web', '--force'],
        ['addclients', '-client', 'www', '-host-range', '1-3', '-image', 'web'],
        ['mkautoinstallscript', '--image', 'web'],
        ['verify', 'web'],
        ['export', 'web', '-'],
        ['serve'],
      ];
      for (const words of commands) {
        const exit = await realIo.run({ argv: systemimager('--root', held, ...words), limitMs: 30_000 });
        assert.ok(exit.code > 0 && !exit.timedOut, words.join(' '));
        assert.match(exit.stderr, /^error: .*\n {2}hint: /m, words.join(' '));
        assert.doesNotMatch(exit.stderr, /\n\s+at /, words.join(' '));
      }
    });

    await test.case('after kill -9 of serve nothing of it runs, and it starts again', async () => {
      serving.kill('SIGKILL');
      await serving.exit.catch(() => {});
      const until = performance.now() + 10_000;
      const daemons = () => realIo.run({ argv: ['pgrep', '-f', absPath(root)] });
      while ((await daemons()).code === 0) {
        if (performance.now() > until) throw new Error(`left running: ${(await daemons()).stdout}`);
        await delay(100);
      }
      const again = await serve(wire, root, { logs: test.logs });
      assert.equal(await status(neighbour), '200');
      await again.stop();
    });
  },
  cases: [
    'open connections of one address, or from a foreign network, hold up nobody else',
    'a thousand tiny reports of one address are refused to that address alone',
    'pipes, devices, sockets and large files in an image end in words, and the next image is answered',
    'TERM ends a command at once that hashes a large file of holes',
    'on a root that is read-only each command says so in two lines',
    'after kill -9 of serve nothing of it runs, and it starts again',
  ],
});
