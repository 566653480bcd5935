/** A device, and the TYPE, UUID and LABEL that blkid(8) recognises on it; UUID and LABEL may be empty. */
export type BlkidFacts = { node: string; type: string; uuid: string; label: string };

/** Reads the output of `blkid -p -o export`: blocks of NAME=value, each begun by DEVNAME. Devices without type are left out. */
export function parseBlkid(output: string): BlkidFacts[] {
  return output.split(/^(?=DEVNAME=)/m).flatMap((block) => {
    const value = (tag: string) => unescapeShell(new RegExp(`^${tag}=(.*)$`, 'm').exec(block)?.[1] ?? '');
    const [node, type] = [value('DEVNAME'), value('TYPE')];
    return node !== '' && type !== '' ? [{ node, type, uuid: value('UUID'), label: value('LABEL') }] : [];
  });
}

/** The format puts a backslash before the characters that a shell would interpret (util-linux misc-utils/blkid.c). */
const unescapeShell = (text: string) => text.replaceAll(/\\(.)/g, '$1');
