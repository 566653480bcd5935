import { siteFolders } from '../../common/model/site-scripts.ts';
import { secureBootWords } from '../../common/model/secure-boot.ts';
import { table } from '../../common/table.ts';
import { choiceWords } from '../netboot/netboot.ts';
import { outcomeWords } from '../reports/words.ts';
import type { Explanation } from './explain.ts';

function scriptWords({ script }: Explanation): string {
  switch (script?.kind) {
    case undefined:
    case 'absent':
      return 'none';
    case 'ours':
      return `${script.at} -> ${script.target}`;
    case 'foreign':
      return `${script.at}, a script of its own`;
  }
}

function imageWords({ images }: Explanation): string {
  if (images.length === 0) return '-';
  return images
    .map(({ name, isThere, captured }) => {
      if (!isThere) return `${name} (not there)`;
      const at = captured?.capturedAt.slice(0, 16).replace('T', ' ');
      return captured ? `${name}, of ${captured.goldenClient}, ${at} UTC` : name;
    })
    .join('; ');
}

function addressWords({ ip, installation }: Explanation): string {
  if (ip !== null) return `${ip}, fixed`;
  return installation?.ip === undefined ? 'by DHCP' : `by DHCP; the last was ${installation.ip}`;
}

function macWords({ mac, installation }: Explanation): string {
  if (mac !== null) return mac;
  return installation === null ? 'not known' : `not known; the last was ${installation.mac}`;
}

/** The explanation as a person reads it. */
export function printExplanation(explanation: Explanation): string {
  const { host, domain, mac, groups, overrides, siteScripts, netboot, installation, problems } = explanation;
  const name = [host ?? mac ?? '', ...(domain === null ? [] : [domain])].join('.');
  const layers = overrides.map((one) => (one.isThere ? one.name : `${one.name} (none)`));
  const rows = [
    ['MAC', macWords(explanation)],
    ['address', addressWords(explanation)],
    ['script', scriptWords(explanation)],
    ['image', imageWords(explanation)],
    ['groups', groups.join(' ') || '-'],
    ['overrides', layers.join(', then ') || '-'],
    ...siteFolders.map((folder) => [`${folder}.d`, siteScripts[folder].join(', then ') || '-']),
    ['next network boot', `${choiceWords[netboot.boot]}: ${netboot.why}`],
    ...(installation?.secureBoot ? [['Secure Boot', secureBootWords(installation.secureBoot)]] : []),
    ['last installation', installation === null ? 'none is known' : outcomeWords(installation)],
  ];
  const mend = problems.map(({ problem, hint }) => `  - ${problem.replaceAll('\n', '\n    ')}\n    ${hint}`);
  return [name, table(rows, '  '), ...(mend.length > 0 ? ['', 'To mend:', ...mend] : [])].join('\n');
}
