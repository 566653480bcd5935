import type { Settings } from '../../common/model/settings.ts';
import type { Io } from '../../common/system/io.ts';
import type { ImageSource } from '../../install/source/image-source.ts';
import { paths } from '../paths.ts';
import { printSource } from './decide.ts';
import { untilItWorks, type Watch } from './backoff.ts';
import { maxScriptBytes } from './script-text.ts';

/** The tables of all machines there, `hosts` and `groups`, may be larger: 100,000 machines have 5 MB. */
const maxTableBytes = 16 * 1024 * 1024;

/** What a person can do whose image server has another address by now. */
function otherServer({ IMAGESERVER }: Settings): string | undefined {
  if (!IMAGESERVER) return undefined;
  return `IMAGESERVER=${IMAGESERVER.value} comes from ${printSource(IMAGESERVER)}. If the server has another address: restart this machine, and type IMAGESERVER=ADDRESS at the boot prompt (grub: press e, and add the word to the line of linux).`;
}

/** Gets a file of the server's folder `scripts`, following links, and waits for the server without a limit. */
export async function fetchFile(
  io: Io,
  source: ImageSource,
  name: string,
  watch: Watch,
  settings: Settings = {},
): Promise<Uint8Array | undefined> {
  const maxBytes = name === 'hosts' || name === 'groups' ? maxTableBytes : maxScriptBytes;
  const request = { path: `scripts/${name}`, at: paths.fetched, maxBytes };
  const attempt = async () => {
    const fetched = await source.file(io, request, watch.signal);
    return 'notYet' in fetched ? fetched : { value: fetched.bytes };
  };
  return untilItWorks(io, watch, attempt, otherServer(settings));
}
