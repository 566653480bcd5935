import type { InitrdFacts, KernelFacts } from './boot-parts.ts';
import type { Report } from './report.ts';

const mib = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;

/** The lines that `inspect` prints for people. */
export function printReport(report: Report): string[] {
  const { localCfg, parts, server, isOurs } = report;
  const settings = Object.entries(localCfg ?? {}).map(([name, value]) => `${name}=${value}`);
  const isMedium = isOurs === true && report.starts.length > 0;
  const rows: [string, string | undefined][] = [
    ['Label', report.label || undefined],
    ['Sectors', report.sectorBytes === undefined ? undefined : `${report.sectorBytes} bytes`],
    ['For', isMedium ? (report.forWhom ?? 'any machine') : undefined],
    ['Image server', isMedium ? (server ? `${server.address}, by ${server.from}` : 'as DHCP says') : undefined],
    ...report.starts.flatMap(({ by, label, labels, does, commandLine }): [string, string | undefined][] => [
      [by, `${label}: ${does} (labels: ${labels.join(' ')})`],
      ['', commandLine && `kernel command line: ${commandLine}`],
    ]),
    ['local.cfg', localCfg && (settings.join(' ') || 'without settings')],
    ...parts.flatMap(({ kernel, initrd }): [string, string | undefined][] => [
      ['Kernel', kernel && printKernel(kernel)],
      ['Initrd', initrd && printInitrd(initrd)],
    ]),
    ['Images', isMedium ? report.images.join(' ') || 'none' : undefined],
  ];
  const shown = rows.filter((row): row is [string, string] => row[1] !== undefined && row[1] !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return [
    `${report.file}: ${report.what}`,
    ...shown.map(([name, text]) => `  ${`${name}${name && ':'}`.padEnd(width + 1)} ${text}`),
    ...report.notes.map((note) => `  Note: ${note}`),
    ...report.problems.map((problem) => `  Wrong: ${problem}`),
    ...verdict(report),
  ];
}

function verdict({ problems, goodFiles, isOurs }: Report): string[] {
  if (problems.length > 0) return ['NOT WHOLE: do not use it.'];
  if (goodFiles > 0) return [`Whole: ${goodFiles} files have the sums that are listed.`];
  return isOurs === false ? [] : ['No damage was found. There are no sums to compare with.'];
}

function printKernel({ architecture, version, bytes, signedBy, wrong }: KernelFacts): string {
  const signed = signedBy ? `, signed by ${signedBy}` : wrong ? '' : ', not signed for Secure Boot';
  return `${version ?? 'version unknown'} for ${architecture}, ${mib(bytes)}${signed}`;
}

function printInitrd({ boel, kind, bytes, files }: InitrdFacts): string {
  if (!boel)
    return `${kind === 'BOEL' ? 'BOEL, of a build that does not tell its release' : kind}, ${mib(bytes)}, ${files} files`;
  const { version, architecture, kernel, sources, needs } = boel;
  const needed = `${needs.programs.length} programs, ${needs.modules.length} modules`;
  return `BOEL ${version} for ${architecture} and kernel ${kernel}, ${mib(bytes)}, sources ${sources.slice(0, 12)}; needs ${needed}`;
}
