import type { BootReport } from './stamp.ts';

const mib = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;

/** What a build made, and the sizes of its parts, as lines for a person. */
export function printReport(report: BootReport): string[] {
  const topics = Object.entries(report.topics).sort(([, a], [, b]) => b - a);
  const total = topics.reduce((sum, [, bytes]) => sum + bytes, 0);
  const rows = topics.map(([topic, bytes]) => {
    const packed = report.packedTopics?.[topic];
    return `  ${topic.padEnd(16)} ${mib(bytes).padStart(11)}${packed === undefined ? '' : `  packed alone ${mib(packed).padStart(9)}`}`;
  });
  const phases = Object.entries(report.phases).map(([name, ms]) => `${name} ${(ms / 1000).toFixed(1)}`);
  return [
    report.folder,
    `  kernel           ${mib(report.kernelBytes).padStart(11)}  ${report.kernel}`,
    `  initrd.img       ${mib(report.initrdBytes).padStart(11)}`,
    `  together         ${mib(report.kernelBytes + report.initrdBytes).padStart(11)}`,
    `In the initrd, before compression (${report.modules} kernel modules; busybox ${report.busybox}):`,
    ...rows,
    `  together         ${mib(total).padStart(11)}`,
    `Seconds: ${phases.join(', ')}`,
  ];
}
