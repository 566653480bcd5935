import { isTrusted } from '../../common/certificates/authenticode.ts';
import { namesOf } from '../../common/model/hosts.ts';
import { type SiteFolder, siteFolders } from '../../common/model/site-scripts.ts';
import { hostPart } from '../../common/model/names.ts';
import type { Client } from '../hosts/clients.ts';
import { mendHint } from '../config/json-file.ts';
import { failureWords } from '../reports/words.ts';
import type { ExplainFacts } from './facts.ts';

/** What is missing or contradicts itself, and what to do. */
export type Problem = { problem: string; hint: string };

/** All that stands between this machine and its installation, the first obstacle first. */
export function problemsOf(
  client: Client,
  facts: ExplainFacts,
  site: Record<SiteFolder, readonly string[]>,
): Problem[] {
  return [
    ...facts.clients.broken.map((problem) => ({
      problem: `${problem}: until that is mended, every machine starts its own disk`,
      hint: mendHint,
    })),
    ...scriptProblems(client, facts),
    ...imageProblems(client, facts),
    ...shimProblems(client, facts),
    ...overrideProblems(facts),
    ...siteFolders.flatMap((folder) => siteProblems(folder, site[folder], facts)),
    ...bootProblems(client, facts),
    ...addressProblems(client, facts),
    ...reportProblems(client),
  ];
}

function scriptProblems({ host, script: link }: Client, { script }: ExplainFacts): Problem[] {
  if (link.kind === 'absent')
    return [
      {
        problem: `${link.at} is not there: the installer stops, because ${host} has no script`,
        hint: `Run: addclients -client ${host} -image NAME; lsimage lists the images.`,
      },
    ];
  if (!script && link.kind === 'ours')
    return [
      {
        problem: `${link.at} is a link to ${link.target}, which is not there`,
        hint: `Run: mkautoinstallscript -image ${link.target.replace(/\.master$/, '')}, or addclients -client ${host} with another image.`,
      },
    ];
  if (!script)
    return [{ problem: `${link.at} is a link to nothing`, hint: 'Mend the link; addclients leaves it alone.' }];
  if (script.problem)
    return [
      {
        problem: script.problem.message.startsWith(link.at)
          ? script.problem.message
          : `${link.at}: ${script.problem.message}`,
        hint: script.problem.hint,
      },
    ];
  return [];
}

/** Firmware that enforces Secure Boot refuses a shim that no certificate of the firmware has signed. */
function shimProblems({ host, installation }: Client, { shim, script }: ExplainFacts): Problem[] {
  const { enforced, trusts } = installation?.secureBoot ?? { enforced: false, trusts: [] };
  if (!enforced || shim === undefined || trusts.length === 0) return [];
  const image = script?.images[0] ?? '';
  if ('problem' in shim)
    return [{ problem: `${shim.at} in the image ${image}: ${shim.problem.message}`, hint: shim.problem.hint }];
  if (isTrusted(shim.signatures, trusts)) return [];
  const signers = shim.signatures.flat().map((one) => one.issuer);
  return [
    {
      problem: `${shim.at} in the image ${image} is signed by ${[...new Set(signers)].join(', ') || 'nobody'}, and the firmware of ${host} trusts ${trusts.join(', ')}: with Secure Boot, ${host} will not start its own disk`,
      hint: 'Install a newer or older shim in the image (systemimager chroot), or add a certificate in the setup of the firmware, or switch Secure Boot off.',
    },
  ];
}

function imageProblems({ host, image }: Client, { script, images, clients }: ExplainFacts): Problem[] {
  if (!script) return [];
  const missing = script.images.filter((name) => !images.includes(name));
  const told = clients.known.find((one) => one.host === host)?.image;
  const list = (names: readonly string[]) => names.join(', ');
  return [
    ...missing.map((name) => ({
      problem: `the image ${name}, which the script installs, is not there`,
      hint: `Take the image: getimage -golden-client HOST -image ${name}; or name another image in the script (${list(images) || 'there is none'}).`,
    })),
    ...(script.images.length === 0 && !script.problem
      ? [{ problem: 'the script names no image', hint: 'The script needs a line: boel image NAME.' }]
      : []),
    ...(image !== undefined && script.images.length > 0 && !script.images.includes(image)
      ? [
          {
            problem: `${image}.master installs ${list(script.images)}, not ${image}`,
            hint: `Correct the lines with boel layout and boel image in the script, or give ${host} the script of that image by addclients.`,
          },
        ]
      : []),
    ...(image !== undefined && told !== undefined && told !== image
      ? [
          {
            problem: `hosts.json says that ${host} installs ${told}; its link says ${image}, and the link counts`,
            hint: `Run: addclients -client ${host} -image ${image}`,
          },
        ]
      : []),
  ];
}

function overrideProblems({ script, overrides }: ExplainFacts): Problem[] {
  if (!script || overrides.size === 0 || script.problem || script.verbs.includes('overrides')) return [];
  return [
    {
      problem: `the script lays no overrides over the image, though there are ${[...overrides].join(', ')}`,
      hint: 'The script needs a line: boel overrides (after boel image).',
    },
  ];
}

function siteProblems(folder: SiteFolder, names: readonly string[], { script }: ExplainFacts): Problem[] {
  if (!script || names.length === 0 || script.problem || script.siteFolders.includes(folder)) return [];
  return [
    {
      problem: `the script does not run ${names.join(', ')} of ${folder}.d`,
      hint: `The script needs a line: boel run-parts ${folder}.`,
    },
  ];
}

function bootProblems({ host, mac, boot }: Client, { clients, built, architecture, script }: ExplainFacts): Problem[] {
  const entry = clients.netboot.machines[host];
  return [
    ...(mac === undefined && entry
      ? [
          {
            problem: `netboot.json says ${entry.boot} for ${host}, but a machine says only its MAC when it boots, and the MAC of ${host} is not known`,
            hint: `Tell the MAC: addclients -client ${host} -image IMAGE -mac-file FILE; or choose by MAC: systemimager netboot MAC --${entry.boot}`,
          },
        ]
      : []),
    ...(boot.boot !== 'local' && built.length === 0
      ? [{ problem: 'there is no kernel or initrd to boot', hint: 'Run: systemimager build boot' }]
      : []),
    ...(boot.boot !== 'local' && built.length > 0 && architecture !== undefined && !built.includes(architecture)
      ? [
          {
            problem: `the image ${script?.images[0]} is for ${architecture} machines, and there is no kernel or initrd to boot for ${architecture}`,
            hint: `Run: systemimager build boot --arch ${architecture}`,
          },
        ]
      : []),
  ];
}

function addressProblems({ host, ip }: Client, { served }: ExplainFacts): Problem[] {
  if (ip === undefined) return [];
  const named = namesOf(served, ip).map(hostPart);
  if (named.includes(host)) return [];
  const other = named.find((one) => one !== undefined);
  return [
    {
      problem: `${host} has the address ${ip}, and scripts/hosts says that this is ${other ?? 'nobody'}`,
      hint: 'Correct that line, or run addclients for this machine again.',
    },
  ];
}

function reportProblems({ host, mac, installation, claim }: Client): Problem[] {
  return [
    ...(claim
      ? [
          {
            problem: `the last machine that installed itself as ${host} has the MAC ${claim.mac}, not ${mac}`,
            hint: `Where the card was changed: addclients -client ${host} -image IMAGE -mac-file FILE; else two machines take one name.`,
          },
        ]
      : []),
    ...(installation?.outcome === 'failed'
      ? [
          {
            problem: `the last installation of ${host} stopped: ${failureWords(installation).trim()}`,
            hint: `A shell is open on the console of ${host}: mend the fault and type boel resume; or begin anew: systemimager netboot ${host} --install`,
          },
        ]
      : []),
  ];
}
