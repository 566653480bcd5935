import type { Needs } from '../../common/model/needs.ts';
import type { State } from '../../common/model/state.ts';
import { UserError } from '../../common/system/errors.ts';
import { inside } from '../../common/system/inside.ts';
import type { ReadIo } from '../../common/system/io.ts';
import { type AbsPath, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import { loaderEntries } from '../../install/boot-files/loader-entries.ts';
import { bootKernels } from '../../install/boot-files/kernels.ts';
import { mountOf, uuidOf } from '../../install/target/places.ts';

/** kexec starts a kernel from the running one: kexec(8). */
export const kexecNeeds: Needs = { programs: { '/sbin/kexec': 'kexec-tools' }, modules: [], kernel: ['KEXEC'] };

export type KexecFacts = { kernel: AbsPath; initramfs: AbsPath | undefined; commandLine: string };

/** The first kernel that the target's boot loader would start, with its command line. */
export async function probeKexec(io: ReadIo, root: AbsPath, state: State): Promise<KexecFacts> {
  const tree = inside(io, root);
  const config = (await tree.readText('/boot/grub/grub.cfg')) ?? (await tree.readText('/boot/grub2/grub.cfg')) ?? '';
  const [file = '', ...words] = (/^[ \t]*linux(?:16|efi)?[ \t](.*)$/m.exec(config)?.[1] ?? '').trim().split(/\s+/);
  const kernels = (await bootKernels(tree, state)).filter(({ isUnified }) => !isUnified);
  const named = kernels.find(({ kernel }) => kernel.endsWith(`/${file.split('/').pop()}`));
  const chosen = named ?? kernels.at(-1);
  if (!chosen) throw new UserError('the target has no kernel in /boot', 'Use `boel finish reboot`.');
  const entries = await loaderEntries(tree, state);
  const own = entries.find(({ linux }) => linux === chosen.kernel)?.options ?? '';
  const said = [named ? words.join(' ') : '', own].map(withoutVariables).find((line) => /(^| )root=/.test(line));
  return { kernel: chosen.kernel, initramfs: chosen.initramfs, commandLine: said ?? rootWords(state) };
}

/** grub fills in words that hold a $; these words mean nothing here. */
const withoutVariables = (line: string) =>
  line
    .split(/\s+/)
    .filter((word) => !word.includes('$'))
    .join(' ');

function rootWords(state: State): string {
  const mount = mountOf(state, '/');
  const uuid = uuidOf(state, '/');
  // An initramfs starts a volume group by the name of a volume.
  const isVolume = state.volumes[mount?.device ?? '']?.kind === 'lv';
  const subvolume = mount?.options.split(',').find((one) => one.startsWith('subvol='));
  return `root=${uuid && !isVolume ? `UUID=${uuid}` : mount?.node} ro${subvolume ? ` rootflags=${subvolume}` : ''}`;
}

/** Loads the kernel while the target is still mounted. */
export function kexecLoad({ kernel, initramfs, commandLine }: KexecFacts, root: AbsPath): Step {
  const initrd = initramfs ? [`--initrd=${under(root, initramfs)}`] : [];
  return {
    why: 'Load the installed kernel',
    kind: 'run',
    argv: ['kexec', '-l', under(root, kernel), ...initrd, `--command-line=${commandLine}`],
  };
}
