import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../../common/system/cache-folder.ts';
import type { Entry } from '../../builder/initrd/entry.ts';
import { type CpioMember, packCpio, withFolders } from '../../common/boot/cpio.ts';
import { openApt } from '../../builder/packages/apt.ts';
import { packageLibrary } from '../../builder/packages/library.ts';
import { sortedEntries } from '../../builder/initrd/entry.ts';
import { Collector } from '../../builder/packages/programs.ts';
import { bundleProgram, programs as programOf } from '../../builder/sea/bundle.ts';
import { makeExecutable } from '../../builder/sea/executable.ts';
import type { AbsPath } from '../../common/system/place.ts';
import { realIo } from '../../common/system/real-io.ts';
import { boel } from '../assets/boel.ts';
import { cached } from '../assets/cache.ts';

/** What the lab looks with, besides what BOEL has: path in the package → Debian package. */
const programs: Record<AbsPath, string> = {
  '/sbin/blkdiscard': 'util-linux',
  '/sbin/swaplabel': 'util-linux',
  '/bin/lsblk': 'util-linux',
  '/sbin/e2fsck': 'e2fsprogs',
  '/sbin/dumpe2fs': 'e2fsprogs',
  '/sbin/xfs_repair': 'xfsprogs',
  '/usr/sbin/xfs_db': 'xfsprogs',
  '/sbin/fsck.f2fs': 'f2fs-tools',
  '/sbin/jfs_fsck': 'jfsutils',
  '/sbin/reiserfsck': 'reiserfsprogs',
  '/sbin/fsck.fat': 'dosfstools',
  // For the comparison of trees.
  '/usr/bin/find': 'findutils',
  '/usr/bin/sha256sum': 'coreutils',
  '/usr/bin/stat': 'coreutils',
  '/usr/bin/getfattr': 'attr',
};

/** Everything of the lab lies below this, so that BOEL's own programs find nothing that an installation would lack. */
const top: AbsPath = '/lab';

/** In the place of BOEL's own table: the agent, and no boel. */
const inittab = `::once:${top}/agent\n::ctrlaltdel:/sbin/reboot\n`;

const context = { io: realIo, signal: new AbortController().signal, say: () => {} };

/** Kernel and initrd of BOEL, with the lab's archives behind its own: the kernel unpacks one over the other. */
export async function labBoot(scratch: string): Promise<{ kernel: string; initrd: string }> {
  const { kernel, initrd } = await boel();
  const parts = [await readFile(initrd), await readFile(await toolsArchive()), await agentArchive()];
  const all = path.join(scratch, 'lab-initrd.img');
  await writeFile(all, Buffer.concat(parts));
  return { kernel, initrd: all };
}

/** The agent with the verbs as they are in this checkout. */
async function agentArchive(): Promise<Buffer> {
  const code = await bundleProgram({ entry: 'test/lab/agent.ts', parts: ['test/lab', ...programOf.boel.parts] });
  const agent = await makeExecutable(context, { name: 'lab-agent', code }, 'amd64', cacheFolder(process.env));
  return packCpio(
    withFolders([
      { kind: 'file', at: `${top}/agent`, mode: 0o755, content: await readFile(agent) },
      { kind: 'file', at: '/etc/inittab.boel', mode: 0o644, content: Buffer.from(inittab) },
    ]),
  );
}

async function toolsArchive(): Promise<string> {
  const dir = await cached('lab-tools', programs, async (unfinished) => {
    const cache = cacheFolder(process.env);
    const library = packageLibrary(context, await openApt(context, cache, 'amd64'), 'amd64', cache);
    const tools = new Collector(library);
    for (const [at, name] of Object.entries(programs)) await tools.add(at, name, 'programs');
    const members = await Promise.all(sortedEntries(tools.entries).map(memberOf));
    await writeFile(path.join(unfinished, 'tools.cpio'), await packCpio(withFolders(members)));
  });
  return path.join(dir, 'tools.cpio');
}

async function memberOf(entry: Entry): Promise<CpioMember> {
  const at: AbsPath = `${top}${entry.at}`;
  switch (entry.kind) {
    case 'dir':
      return { kind: 'dir', at, mode: entry.mode };
    case 'link':
      return { kind: 'link', at, mode: 0o777, target: entry.target };
    case 'text':
      return { kind: 'file', at, mode: entry.mode, content: Buffer.from(entry.content) };
    case 'file':
      return { kind: 'file', at, mode: entry.mode, content: await readFile(entry.from) };
  }
}
