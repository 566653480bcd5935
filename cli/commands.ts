import type { CliCommand } from '../common/cli.ts';

/**
 * The module of each command, in the order of the help. Only the typed command is loaded: loading all commands takes longer than
 * many of them run.
 */
const places: Record<string, () => Promise<CliCommand>> = {
  'build boot': async () => (await import('../builder/commands/build-boot.ts')).buildBootCommand,
  'build kernel': async () => (await import('../builder/commands/build-kernel.ts')).buildKernelCommand,
  'build client': async () => (await import('../builder/commands/build-client.ts')).buildClientCommand,
  prepareclient: async () => (await import('../client/commands/prepareclient.ts')).prepareclientCommand,
  updateclient: async () => (await import('../client/commands/updateclient.ts')).updateclientCommand,
  getimage: async () => (await import('../server/commands/getimage.ts')).getimageCommand,
  addclients: async () => (await import('../server/commands/addclients.ts')).addclientsCommand,
  lsclients: async () => (await import('../server/commands/lsclients.ts')).lsclientsCommand,
  rmclients: async () => (await import('../server/commands/rmclients.ts')).rmclientsCommand,
  explain: async () => (await import('../server/commands/explain.ts')).explainCommand,
  doctor: async () => (await import('../server/commands/doctor.ts')).doctorCommand,
  lsimage: async () => (await import('../server/commands/lsimage.ts')).lsimageCommand,
  verify: async () => (await import('../server/commands/verify.ts')).verifyCommand,
  diff: async () => (await import('../server/commands/diff.ts')).diffCommand,
  export: async () => (await import('../server/commands/export.ts')).exportCommand,
  import: async () => (await import('../server/commands/import.ts')).importCommand,
  cpimage: async () => (await import('../server/commands/change-images.ts')).cpimageCommand,
  mvimage: async () => (await import('../server/commands/change-images.ts')).mvimageCommand,
  rmimage: async () => (await import('../server/commands/change-images.ts')).rmimageCommand,
  chroot: async () => (await import('../server/commands/chroot.ts')).chrootCommand,
  mkautoinstallscript: async () =>
    (await import('../server/commands/mkautoinstallscript.ts')).mkautoinstallscriptCommand,
  mkdhcpserver: async () => (await import('../server/commands/mkdhcpserver.ts')).mkdhcpserverCommand,
  mkdhcpstatic: async () => (await import('../server/commands/mkdhcpstatic.ts')).mkdhcpstaticCommand,
  mkautoinstalldiskette: async () =>
    (await import('../builder/commands/mkautoinstalldiskette.ts')).mkautoinstalldisketteCommand,
  mkautoinstallcd: async () => (await import('../builder/commands/mkautoinstallcd.ts')).mkautoinstallcdCommand,
  mkautoinstallusb: async () => (await import('../builder/commands/mkautoinstallusb.ts')).mkautoinstallusbCommand,
  mkbootserver: async () => (await import('../builder/commands/mkbootserver.ts')).mkbootserverCommand,
  inspect: async () => (await import('../builder/commands/inspect.ts')).inspectCommand,
  vm: async () => (await import('../vm/command.ts')).vmCommand,
  run: async () => (await import('../server/commands/run.ts')).runCommand,
  netboot: async () => (await import('../server/commands/netboot.ts')).netbootCommand,
  serve: async () => (await import('../server/commands/serve.ts')).serveCommand,
};

/** Every command, in the order of the help. */
export async function allCommands(): Promise<CliCommand[]> {
  const { manualCommands } = await import('./manual.ts');
  const commands = await Promise.all(Object.values(places).map((load) => load()));
  return [...commands, ...manualCommands(() => commands)];
}

/** The typed command; all commands if none is recognised: for the help, and for suggestions after a mistyped word. */
export async function commandsFor(argv: readonly string[]): Promise<CliCommand[]> {
  // Only --root, with its directory, may stand before the command.
  const words = argv[0] === '--root' || argv[0] === '-root' ? argv.slice(2) : argv;
  const load = places[words[0] ?? ''] ?? places[words.slice(0, 2).join(' ')];
  return load ? [await load()] : allCommands();
}
