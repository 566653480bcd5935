import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { grubFiles } from '../../server/netboot/grub-script.ts';
import { readNetboot } from '../../server/netboot/netboot.ts';
import { paths, server } from '../helpers/web-server.ts';
import { db1, fields, hostile, hostileTexts, reportsOf, stranger } from './machines.ts';

/** A file of grub's without what stands between single quotes, and without addresses. */
const grubFrame = (text: string) =>
  text.replaceAll(/'[^']*'(\\''[^']*')*/g, "''").replaceAll(/52[:-][0-9a-f:-]{14}/g, 'MAC');
const grubServer = { address: '10.0.0.1', httpPort: 8181, rsyncPort: 873, append: '' };
const listed = { [paths.hosts]: JSON.stringify({ version: 1, machines: [db1] }) };

/** What others get after these reports of a stranger's: machines, people in front of a browser, a terminal or a log. */
async function whatOthersGet(reports: readonly unknown[]) {
  const { post, boot, ask, io, said } = await server(listed);
  for (const one of reports) await post(one);
  const netboot = await readNetboot(io, paths.netboot);
  const files = await grubFiles({ netboot, hosts: [db1], unknown: 'install' }, grubServer);
  const status = await ask('/status.json');
  const { installations } = z
    .object({ installations: z.array(z.object({ id: z.string() })) })
    .parse(await status.json());
  const pages = await Promise.all(
    ['/', ...installations.map(({ id }) => `/installations/${id}`)].map((path) => ask(path)),
  );
  return {
    ipxe: [await boot(`?mac=${stranger}`), await boot(`?mac=${db1.mac}`)],
    grub: [...files.values()],
    pages: await Promise.all(pages.map((page) => page.text())),
    said,
  };
}

/** The commands of an iPXE script, split as iPXE does (core/exec.c): at whole words, comments left out. */
function ipxeCommands(script: string): string[] {
  return script.split('\n').flatMap((line) => {
    const words = line.split(/\s+/).filter(Boolean);
    const comment = words.findIndex((word) => word.startsWith('#'));
    const said = comment < 0 ? words : words.slice(0, comment);
    return said
      .join(' ')
      .split(/(?:^| )(?:;|&&|\|\|)(?= |$)/)
      .map((one) => one.trim().split(' ')[0] ?? '')
      .filter(Boolean);
  });
}
const ipxeWords = [
  'echo',
  'iseq',
  'exit',
  'sanboot',
  ':again',
  'imgfree',
  'kernel',
  'goto',
  'initrd',
  'boot',
  ':wait',
  'sleep',
];
/** Tags of our own pages. */
const tags = /^(!doctype|html|head|meta|title|style|body|h1|table|tr|th|td|a|p|ul|li|pre)$/;
const steers = /[\0-\x08\x0b-\x1f\x7f-\x9f\p{Bidi_Control}]/u;

const grubFrames = await (async () => {
  const kinds = (['install', 'local'] as const).map((boot) => {
    const machines = { [stranger]: { boot, at: '', why: 'x y' } };
    return grubFiles({ netboot: { version: 1, machines }, hosts: [], unknown: 'install' }, grubServer);
  });
  return (await Promise.all(kinds)).flatMap((files) => [...files.values()].map(grubFrame));
})();

async function expectHarmless(reports: readonly unknown[]) {
  const { ipxe, grub, pages, said } = await whatOthersGet(reports);
  for (const script of ipxe) {
    expect(ipxeCommands(script).filter((word) => !ipxeWords.includes(word))).toEqual([]);
    expect([...script.matchAll(/\$\{[^}]*\}?/g)].map(([one]) => one).filter((one) => one !== '${platform}')).toEqual(
      [],
    );
    expect(script).toMatch(/^[\n -~]*$/);
  }
  for (const text of grub) expect(grubFrames).toContain(grubFrame(text));
  for (const page of pages) {
    const opened = [...page.matchAll(/<\/?([^\s>]*)[^>]*>/g)].map(([, name = '']) => name);
    expect(opened.filter((name) => !tags.test(name))).toEqual([]);
    expect(page).not.toMatch(/<[^>]*\son\w+=/);
    expect(page).not.toMatch(steers);
  }
  // Lines that go on are indented.
  for (const line of said) expect(line).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f]|\n(?! {4})/);
}

describe.each(fields)('%s: a hostile %s', (kind, field) => {
  const { finished, ...others } = reportsOf(stranger);
  const event = kind === 'finished' ? finished : others[kind];
  it('is nobody’s command', async () => {
    const reports = hostileTexts.map((text, at) => {
      const value = Array.isArray(event?.[field]) ? [text] : text;
      return { ...event, seq: at + 1, [field]: value };
    });
    await expect(expectHarmless([...reports, { ...finished, seq: 99 }])).resolves.toBeUndefined();
  });
});

it('no mixture of hostile fields is anybody’s command', async () => {
  const event = fc
    .constantFrom(...Object.values(reportsOf(stranger)))
    .chain((good) =>
      fc
        .dictionary(
          fc.constantFrom(...Object.keys(good)),
          fc.oneof(hostile, fc.array(hostile, { maxLength: 3 }), fc.anything()),
          { maxKeys: 3 },
        )
        .map((bad) => ({ ...good, ...bad })),
    );
  await fc.assert(fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 3 }), expectHarmless), { numRuns: 60 });
}, 60_000);

describe('netboot.json from before, with whatever a report once said', () => {
  it.each(hostileTexts)('%j is nobody’s command', async (text) => {
    const machines = { [stranger]: { boot: 'local', at: '', why: `installed ${text}`, host: text } };
    const files = { ...listed, [paths.netboot]: JSON.stringify({ version: 1, machines }) };
    const { boot, said } = await server(files);
    const script = await boot(`?mac=${stranger}`);
    expect(ipxeCommands(script).filter((word) => !ipxeWords.includes(word))).toEqual([]);
    expect(script).not.toMatch(/\$\{(?!platform\})/);
    expect(said).toHaveLength(1);
  });
});
