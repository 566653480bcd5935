import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { under } from '../../common/system/place.ts';
import type { Library } from '../packages/library.ts';
import type { BuildContext } from '../run.ts';
import { type floppySizes, makeFat } from './fat.ts';
import { type MediumFile, newestSeconds, place, temporaryFolder } from './staging.ts';
import { type MediumServer, syslinuxFiles } from './syslinux.ts';

/** What a floppy is made from. */
export type FloppyInputs = MediumServer & { kib: (typeof floppySizes)[number]; localCfg: Uint8Array };

/** A floppy asks the image server by default, which knows whether the machine is installed: it may stay in the drive. */
const mediumCfg = `# The labels of a floppy. All load kernel and initrd from the image server.
DEFAULT net

# Install now, whatever the image server says.
LABEL install
	COM32 lua.c32
	APPEND net.lua install

# Open a shell of BOEL, and install nothing.
LABEL rescue
	COM32 lua.c32
	APPEND net.lua rescue
`;

/** Makes the image of a floppy, and gives its bytes and how many of them are free. */
export async function makeFloppy(
  context: BuildContext,
  library: Library,
  inputs: FloppyInputs,
): Promise<{ image: Uint8Array; freeBytes: number }> {
  const files: MediumFile[] = [
    ...(await syslinuxFiles(library, inputs)),
    { name: 'medium.cfg', content: mediumCfg },
    { name: 'local.cfg', content: inputs.localCfg },
  ];
  const seconds = await newestSeconds(library);
  await using work = await temporaryFolder();
  const placed = await place(under(work.path, 'files'), files, seconds);
  const hash = createHash('sha256');
  for (const at of placed) hash.update(await fs.readFile(at));
  const file = under(work.path, 'floppy.img');
  const free = await makeFat(context, {
    file,
    kib: inputs.kib,
    label: 'BOEL-FLOPPY',
    serial: hash.digest('hex').slice(0, 8),
    seconds,
    files: placed,
    boots: true,
  });
  return { image: await fs.readFile(file), freeBytes: free };
}
