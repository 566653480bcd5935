import { describe, expect, it } from 'vitest';
import { UserError } from '../../common/system/errors.ts';
import { type RecordedFile, recorderIo } from '../../test/helpers/recorder-io.ts';
import { certificates, signature, signedProgram } from '../../test/helpers/signed-program.ts';
import { serverPaths } from '../config/paths.ts';
import { explain } from './explain.ts';
import { readExplainFacts } from './facts.ts';
import { printExplanation } from './print.ts';

const lib = '/var/lib/systemimager';
const mac = '52:54:00:00:00:01';
const good: Record<string, RecordedFile> = {
  [`${lib}/images/web_v1`]: { dir: true },
  [`${lib}/manifests/web_v1.capture.json`]: JSON.stringify({
    version: 1,
    goldenClient: 'golden',
    capturedAt: '2026-01-01T10:00:00Z',
  }),
  [`${lib}/scripts/web_v1.master`]: 'boel image web_v1\nboel overrides\nboel run-parts post-install\n',
  [`${lib}/scripts/post-install.d/20-host-www7`]: '#!/bin/sh\n',
  [`${lib}/scripts/post-install.d/10-all-ntp`]: '#!/bin/sh\n',
  [`${lib}/scripts/post-install.d/10-image-db_v1`]: '#!/bin/sh\n',
  [`${lib}/scripts/www7.sh`]: { link: 'web_v1.master' },
  [`${lib}/scripts/hosts`]: '10.0.0.17\twww7.x.org www7 # addclients\n',
  [`${lib}/hosts.json`]: JSON.stringify({
    version: 1,
    machines: [{ host: 'www7', domain: 'x.org', mac, ip: '10.0.0.17', image: 'web_v1' }],
  }),
  '/etc/systemimager/groups.toml': '[[group]]\nname = "all"\nhosts = ["*"]\n',
  [`${lib}/overrides/group/all/etc/motd`]: 'all\n',
  [`${lib}/overrides/host/www7/etc/motd`]: 'www7\n',
  [`${lib}/boot/amd64/kernel`]: 'k',
  [`${lib}/boot/amd64/initrd.img`]: 'i',
};

/** recorder links are names in the same folder; a script is read through them. */
function withLinks(files: Record<string, RecordedFile>) {
  const { io } = recorderIo({ files });
  const readText: typeof io.readText = async (at) => {
    const target = await io.readLink(at);
    return io.readText(target === undefined ? at : `${lib}/scripts/${target}`);
  };
  return { ...io, readText };
}
const explained = async (typed: string, changes: Record<string, RecordedFile | undefined> = {}) => {
  const files = Object.entries({ ...good, ...changes }).filter(
    (pair): pair is [string, RecordedFile] => pair[1] !== undefined,
  );
  return explain(await readExplainFacts(withLinks(Object.fromEntries(files)), serverPaths('/'), typed));
};

it.each(['www7', 'WWW7.x.org', mac, '52-54-00-00-00-01', '10.0.0.17'])('finds the machine by %s', async (typed) => {
  expect(await explained(typed)).toMatchObject({
    host: 'www7',
    mac,
    ip: '10.0.0.17',
    script: { kind: 'ours', target: 'web_v1.master' },
    images: [{ name: 'web_v1', isThere: true, captured: { goldenClient: 'golden' } }],
    groups: ['all'],
    overrides: [
      { name: 'image/web_v1', isThere: false },
      { name: 'group/all', isThere: true },
      { name: 'host/www7', isThere: true },
    ],
    siteScripts: { 'pre-install': [], 'post-install': ['10-all-ntp', '20-host-www7'] },
    netboot: { boot: 'install', why: 'www7 has not been installed yet' },
    installation: null,
    problems: [],
  });
});
it('prints it for a person', async () => {
  expect(printExplanation(await explained('www7')).split('\n')).toEqual([
    'www7.x.org',
    `  MAC                ${mac}`,
    '  address            10.0.0.17, fixed',
    `  script             ${lib}/scripts/www7.sh -> web_v1.master`,
    '  image              web_v1, of golden, 2026-01-01 10:00 UTC',
    '  groups             all',
    '  overrides          image/web_v1 (none), then group/all, then host/www7',
    '  pre-install.d      -',
    '  post-install.d     10-all-ntp, then 20-host-www7',
    '  next network boot  installs itself: www7 has not been installed yet',
    '  last installation  none is known',
  ]);
});

const report = (event: object) => ({
  [`${lib}/reports/52-54-00-00-00-01.20260101T120000.jsonl`]: JSON.stringify({
    id: '52-54-00-00-00-01.20260101T120000',
    seq: 1,
    at: '2026-01-01T12:00:00Z',
    receivedAt: '2026-01-01T12:00:00Z',
    mac,
    ...event,
  }),
});
/** Documentation/arch/arm64/booting.rst of Linux. */
const arm64Kernel = Buffer.alloc(64);
arm64Kernel.write('41524d64', 0x38, 'hex');
const started = (trusts: string[], enforced = true) =>
  report({
    kind: 'started',
    host: 'www7',
    ip: '10.0.0.17',
    script: 'www7.sh',
    firmware: 'uefi',
    version: '6',
    secureBoot: { enforced, trusts },
  });
it.each<[string, ReturnType<typeof report>]>([
  ['trusts the authority that has signed it', started(['Example UEFI CA 2023'])],
  ['does not enforce Secure Boot', started(['Another CA'], false)],
])('has nothing against the shim where the firmware %s', async (_, reported) => {
  const shim = {
    [`${lib}/images/web_v1/usr/lib/shim/shimx64.efi.signed`]: signedProgram(signature(certificates.signer)),
  };
  const explanation = await explained('www7', { ...shim, ...reported });
  expect(explanation.problems).toEqual([]);
  expect(printExplanation(explanation)).toMatch(/Secure Boot +(on|off); the firmware trusts/);
});
describe('says what is to be mended', () => {
  it.each<[string, Record<string, RecordedFile | undefined>, string]>([
    ['no script', { [`${lib}/scripts/www7.sh`]: undefined }, 'www7 has no script'],
    ['a link to nothing', { [`${lib}/scripts/web_v1.master`]: undefined }, 'which is not there'],
    ['no image', { [`${lib}/images/web_v1`]: undefined }, 'the image web_v1, which the script installs, is not there'],
    ['a script of another image', { [`${lib}/scripts/web_v1.master`]: 'boel image a\n' }, 'installs a, not web_v1'],
    ['a script without image', { [`${lib}/scripts/www7.sh`]: 'true\n' }, 'the script names no image'],
    [
      'overrides that are not laid',
      { [`${lib}/scripts/web_v1.master`]: 'boel image web_v1\n' },
      'though there are group/all, host/www7',
    ],
    [
      'a layout that does not read',
      { [`${lib}/scripts/web_v1.master`]: "boel layout <<'LAYOUT'\nnonsense\nLAYOUT\nboel image web_v1\n" },
      'www7.sh: ',
    ],
    [
      'site scripts that are not run',
      { [`${lib}/scripts/pre-install.d/10-all-raid`]: '#!/bin/sh\n' },
      'does not run 10-all-raid of pre-install.d',
    ],
    ['no kernel', { [`${lib}/boot/amd64/kernel`]: undefined }, 'no kernel or initrd'],
    [
      'a kernel for other machines',
      { [`${lib}/images/web_v1/boot/vmlinuz-6.1`]: arm64Kernel },
      'the image web_v1 is for arm64 machines, and there is no kernel or initrd to boot for arm64',
    ],
    ['an address of two names', { [`${lib}/scripts/hosts`]: '10.0.0.17 db1\n' }, 'scripts/hosts says that this is db1'],
    [
      'two images',
      {
        [`${lib}/hosts.json`]: JSON.stringify({ version: 1, machines: [{ host: 'www7', mac, image: 'web_v2' }] }),
      },
      'the link counts',
    ],
    [
      'a choice that no MAC leads to',
      {
        [`${lib}/hosts.json`]: undefined,
        [`${lib}/netboot.json`]: JSON.stringify({
          version: 1,
          machines: { www7: { boot: 'local', at: '', why: '' } },
        }),
      },
      'a machine says only its MAC when it boots',
    ],
    [
      'a shim that the firmware does not trust',
      {
        ...started(['Another CA']),
        [`${lib}/images/web_v1/usr/lib/shim/shimx64.efi.signed`]: signedProgram(signature(certificates.signer)),
      },
      'is signed by Example UEFI CA 2023, and the firmware of www7 trusts Another CA',
    ],
    [
      'a shim that is garbage',
      { ...started(['Another CA']), [`${lib}/images/web_v1/boot/efi/EFI/fedora/shimx64.efi`]: 'garbage' },
      '/boot/efi/EFI/fedora/shimx64.efi in the image web_v1: the file is no boot program of UEFI',
    ],
    ['a failure', report({ kind: 'failed', verb: 'image', error: 'no route', hint: 'x' }), 'image failed: no route'],
  ])('%s', async (_, changes, words) => {
    const { problems } = await explained('www7', changes);
    expect(problems.map((one) => one.problem).join('\n')).toContain(words);
    expect(problems.every((one) => one.hint.length > 0)).toBe(true);
  });
});
it('says what a machine boots whose MAC belongs to no host', async () => {
  expect(await explained('52:54:00:00:00:99')).toMatchObject({
    host: null,
    netboot: { boot: 'install' },
    problems: [{ problem: expect.stringContaining('no host has the MAC') }],
  });
});
it.each(['www99', '10.0.0.99', 'a_b', '', '10.0.0'])('refuses %j', async (typed) => {
  await expect(explained(typed)).rejects.toThrow(UserError);
});
