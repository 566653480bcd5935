import { describe, expect, it } from 'vitest';
import type { State } from '../../common/model/state.ts';
import { apply } from '../../common/system/apply.ts';
import { boot } from '../../runtime/verbs/boot.ts';
import { finish } from '../../runtime/verbs/finish.ts';
import { host } from '../../runtime/verbs/host.ts';
import type { Verb } from '../../runtime/verbs/verb.ts';
import { type RecordedFile, recorderIo } from '../helpers/recorder-io.ts';
import { virtioDisk } from '../helpers/virtio-disk.ts';
import { oldId, trees } from './trees.ts';

async function installed(state: State, tree: Record<string, RecordedFile>) {
  const mounts = state.mounts.map(
    ({ dir, node, type }) => `2 1 254:3 / /a${dir === '/' ? '' : dir} rw - ${type} ${node} rw`,
  );
  const inTarget = Object.entries(tree).map(([name, file]) => [`/a${name}`, file] as const);
  const recorded = recorderIo({
    files: { ...virtioDisk, '/proc/self/mountinfo': `${mounts.join('\n')}\n`, ...Object.fromEntries(inTarget) },
  });
  const said: string[] = [];
  const run = async (verb: Verb, options: object, args: string[] = []) => {
    const facts = await verb.probe({ io: recorded.io, state, args, options, stdin: '' });
    const { say, steps } = verb.plan(facts, state, options);
    said.push(say ?? '');
    await apply(steps, recorded.io);
  };
  await run(host, { ip: 'dhcp' });
  await run(boot, {});
  await run(finish, {}, ['shell']);
  const noise = /^run (mount|umount|sync)\b|^mkdir|by-uuid/;
  const isNew = (text: string) => text.replaceAll(/[0-9a-f]{32}/g, (id) => (id === oldId ? 'OLD-ID' : 'NEW-ID'));
  return {
    report: [...said, '', ...recorded.did.filter((line) => !noise.test(line))].map(isNew).join('\n'),
    files: recorded.files,
  };
}

describe.each(trees)('$name', ({ state, files }) => {
  it('becomes a machine of its own that starts from this disk', async () => {
    expect((await installed(state, files)).report).toMatchSnapshot();
  });

  it('holds nothing of where the golden client started from, nor its machine-id, nor its address but for the copy that no service reads', async () => {
    const done = await installed(state, files);
    const texts = [...done.files]
      .filter(([name]) => name.startsWith('/a/') && !name.startsWith('/a/var/lib/systemimager/golden-network/'))
      .map(([name, text]) => `${name}: ${JSON.stringify(text)}`);
    const old = /\/dev\/sda3|rl-root|rl\/root|by-uuid\/gone|99999999-2222|10\.9\.9\./;
    expect(texts.filter((text) => old.test(text) || text.includes(oldId))).toEqual([]);
  });
});
