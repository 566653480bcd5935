import type { Architecture } from '../../common/boot/architectures.ts';
import { parseSums, sumsName } from '../../common/media/sums.ts';
import { httpUrl, type ServerAddress } from '../../common/model/server-address.ts';
import { UserError } from '../../common/system/errors.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { rsyncList } from '../../install/transports/rsync-list.ts';

/** Kernel and initrd of BOEL, as boot/ARCH of the image server has them. */
export const boelFiles = ['kernel', 'initrd.img'] as const;
export type BoelFile = (typeof boelFiles)[number];

/** What the image server has for machines of an architecture. */
export type ServerFiles = {
  arch: Architecture;
  sums: Record<BoelFile, string>;
  sizes: Record<BoelFile, number>;
};

const build = (arch: Architecture) => `On the image server, run: systemimager build boot --arch ${arch}`;

/** Asks the image server for sums and sizes; fetches nothing. */
export async function probeServerFiles(io: ReadIo, server: ServerAddress, arch: Architecture): Promise<ServerFiles> {
  const url = httpUrl(server, `/boot/${arch}/${sumsName}`);
  const answer = await io.http({ url, timeoutMs: 30_000 });
  if (answer.status !== 200)
    throw new UserError(`the image server has no ${url} (HTTP status ${answer.status})`, build(arch));
  const sums = parseSums(answer.body);
  const listed = (await rsyncList(io, server, `boot/${arch}`)) ?? [];
  const of = (name: BoelFile) => {
    const [sum, size] = [sums.get(name), listed.find((one) => one.path === name)?.sizeBytes];
    if (sum === undefined || size === undefined)
      throw new UserError(
        `the image server has no boot/${arch}/${name}${sum === undefined ? ', or no sum of it' : ''}`,
        build(arch),
      );
    return { sum, size };
  };
  const [kernel, initrd] = [of('kernel'), of('initrd.img')];
  return {
    arch,
    sums: { kernel: kernel.sum, 'initrd.img': initrd.sum },
    sizes: { kernel: kernel.size, 'initrd.img': initrd.size },
  };
}
