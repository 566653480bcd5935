import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Argv } from '../../common/system/io.ts';
import { absPath } from '../../common/system/place.ts';
import { goldenFiles } from '../../common/model/golden-files.ts';
import { run } from './harness/processes.ts';
import { row } from './harness/row.ts';
import { wireInterface, wireNetwork } from './harness/wire.ts';

const program = path.resolve(import.meta.dirname, '../../bin/systemimager');
const network = ['--network', `${wireNetwork.base}0/${wireNetwork.prefix}`, '--imageserver', wireNetwork.server];
/** What holds secrets: `f MODE PATH`, or `d MODE PATH` for a folder. */
const onlyRoots =
  /^(f|d) \d+ (web\.tar|var\/lib\/systemimager\/(images|manifests\/.*manifest)|run\/systemimager\/(locks|serve\/rsyncd\.conf))$/;

/** Kind, mode, owner and name of all below a folder, but for what is in images: the golden client gave that its modes. */
async function modesIn(folder: string): Promise<string[]> {
  const skip = ['(', '-path', './var/lib/systemimager/images/*', '-o', '-path', './compiled/*/*', ')', '-prune'];
  const argv: Argv = ['find', '.', ...skip, '-o', '!', '-type', 'l', '-printf', '%y %m %P %U:%G\n'];
  return (await run(argv, { cwd: absPath(folder) })).stdout.trim().split('\n').sort();
}

export default row({
  name: 'umask: commands and serve leave the same modes whatever the shell says, and nothing that others can write',
  covers: ['bin/', 'cli/run.ts', 'server/commands/', 'server/serve/', 'common/system/files/'],
  seconds: 60,
  async run(test) {
    const wire = await test.wire();
    const golden = path.join(test.scratch, 'golden');
    for (const folder of ['etc/systemimager', 'bin', 'usr/bin', 'lib', 'boot'])
      await mkdir(path.join(golden, folder), { recursive: true });
    await writeFile(path.join(golden, goldenFiles.mounted), '/dev/sda1 on / type ext4 (rw)\n');
    const [tar, macs, leases] = ['tar', 'macs', 'leases'].map((name) => path.join(test.scratch, name));
    assert(tar && macs && leases);
    await run(['tar', '-C', golden, '-cf', tar, '.']);
    await writeFile(macs, 'www1 52:54:00:00:00:01\nwww2 52:54:00:00:00:02\n');
    await writeFile(leases, `2000000000 52:54:00:00:00:07 ${wireNetwork.base}60 x7 *\n`);

    const modesAfter = async (mask: string) => {
      const root = path.join(test.scratch, mask);
      await mkdir(root);
      const env = `NODE_COMPILE_CACHE=${root}/compiled`;
      const masked = (...words: string[]): Argv => [
        ...(['sh', '-c', 'umask "$0" && exec env "$@"', mask, env, program, '--root', root] as const),
        ...words,
      ];
      const commands = [
        ['import', tar, '-image', 'web'],
        ['mkautoinstallscript', '--image', 'web'],
        ['cpimage', 'web', 'shop'],
        ['mvimage', 'shop', 'mail'],
        ['export', 'web', path.join(root, 'web.tar')],
        ['verify', 'web'],
        ['addclients', '-client', 'www', '-host-range', '1-2', '-image', 'web', '-mac-file', macs],
        ['netboot', 'www1', '--local'],
        ['rmclients', 'www2'],
        ...['isc', 'kea', 'dnsmasq'].map((kind) => ['mkdhcpserver', '--daemon', kind, ...network]),
        ['mkdhcpstatic', '--daemon', 'dnsmasq', '--leases', leases],
        ['rmimage', 'mail'],
      ];
      for (const words of commands) await run(masked(...words));
      const serving = await wire.start(masked('serve', '--dhcp', '--interface', wireInterface));
      const retry = ['--retry', '120', '--retry-delay', '1', '--retry-connrefused'];
      const page = `http://${wireNetwork.server}:8181/`;
      await wire.run(['curl', '--silent', '--fail', '--output', '/dev/null', ...retry, page], 150_000);
      await serving.stop();
      return modesIn(root);
    };
    const usual = await modesAfter('022');
    assert.deepEqual(
      usual.filter((line) => /^\w \d*([2367]\d|[2367]) /.test(line)),
      [],
    );
    const secrets = usual.map((line) => line.replace(/ \d+:\d+$/, '')).filter((line) => onlyRoots.test(line));
    assert.equal(secrets.length, 5, secrets.join('\n'));
    for (const line of secrets) assert.match(line, /^(f 600|d 700) /);
    assert.deepEqual(await modesAfter('000'), usual);
    assert.deepEqual(await modesAfter('077'), usual);
  },
});
