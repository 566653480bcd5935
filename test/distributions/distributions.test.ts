import { describe, expect, it } from 'vitest';
import type { State } from '../../common/model/state.ts';
import { apply } from '../../common/system/apply.ts';
import { boot } from '../../runtime/verbs/boot.ts';
import { finish } from '../../runtime/verbs/finish.ts';
import { host } from '../../runtime/verbs/host.ts';
import type { Verb } from '../../runtime/verbs/verb.ts';
import { type RecordedFile, recorderIo } from '../helpers/recorder-io.ts';
import { oldId, trees } from './trees.ts';

/** The devices that the disk of every machine here hangs on. */
const pci = '/sys/devices/pci0000:00/0000:00:04.0';
const machine: Record<string, RecordedFile> = {
  [`${pci}/modalias`]: 'pci:v00001AF4d00001001bc01\n',
  [`${pci}/driver`]: { link: '../../../bus/pci/drivers/virtio-pci' },
  [`${pci}/virtio1/modalias`]: 'virtio:d00000002v00001AF4\n',
  [`${pci}/virtio1/driver`]: { link: '../../../../bus/virtio/drivers/virtio_blk' },
};

async function installed(state: State, tree: Record<string, RecordedFile>) {
  const mounts = state.mounts.map(
    ({ dir, node, type }) => `2 1 254:3 / /a${dir === '/' ? '' : dir} rw - ${type} ${node} rw`,
  );
  const inTarget = Object.entries(tree).map(([name, file]) => [`/a${name}`, file] as const);
  const recorded = recorderIo({
    files: { ...machine, '/proc/self/mountinfo': `${mounts.join('\n')}\n`, ...Object.fromEntries(inTarget) },
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

  it('holds nothing of where the golden client started from, nor its address, nor its machine-id', async () => {
    const done = await installed(state, files);
    const texts = [...done.files]
      .filter(([name]) => name.startsWith('/a/'))
      .map(([name, text]) => `${name}: ${JSON.stringify(text)}`);
    const old = /\/dev\/sda3|rl-root|rl\/root|by-uuid\/gone|99999999-2222|10\.9\.9\./;
    expect(texts.filter((text) => old.test(text) || text.includes(oldId))).toEqual([]);
  });
});
