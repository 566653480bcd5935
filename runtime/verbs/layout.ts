import { createHash, randomBytes } from 'node:crypto';
import { ImageName } from '../../common/model/names.ts';
import { mountedLines } from '../../common/model/layout/mount-spec.ts';
import { parseLayout } from '../../common/model/layout/parse.ts';
import { settingOf } from '../../common/model/settings.ts';
import type { State } from '../../common/model/state.ts';
import { UserError } from '../../common/system/errors.ts';
import { absPath } from '../../common/system/place.ts';
import { type LayoutFacts, planLayout } from '../../install/layout/plan-layout.ts';
import { type DiskDevice, devicesOf } from '../../install/initramfs/disk-devices.ts';
import { runsOn } from '../../install/boot-files/kernel-file.ts';
import { checkDriven } from '../../install/initramfs/root-needs.ts';
import { findSource } from '../../install/source/image-source.ts';
import { probeKept, probeUnmountable } from '../../install/layout/probe-layout.ts';
import { probeMachine } from '../../machine/disks.ts';
import { paths } from '../paths.ts';
import type { Verb, VerbInput } from './verb.ts';

type Options = { image?: string; match?: string[]; freshUuids?: boolean };

/** `boots`: the script that runs has a line `boel boot`. `devices`: the devices that each disk hangs on, by the disk's path. */
type Facts = LayoutFacts & {
  layoutSha256: string;
  arch: string;
  boots: boolean;
  devices: Record<string, DiskDevice[]>;
};

/** Maps the script's disks, partitions, filesystems and mounts to this machine. Writes the state only. */
export const layout: Verb<Facts, Options> = {
  name: 'layout',
  summary: 'choose disks and sizes of partitions on this machine for a layout; write nothing to the disks',
  declare: (command) =>
    command
      .argument('[file]', 'file with the layout (default: standard input)')
      .option('--image <name>', 'image that must fit: check the room for its bytes and inodes')
      .option('--fresh-uuids', 'make new random UUIDs, and change files of the image that name the old UUIDs')
      .option(
        '--match <which>',
        'choose a disk: KEY=VALUE, or NAME:KEY=VALUE if the script has several disks; keys: serial, wwn, size, bus, path',
        (value: string, all?: string[]) => [...(all ?? []), value],
      ),
  readsStdin: true,
  mapsDisks: true,
  needs: {
    programs: { '/sbin/sfdisk': 'fdisk', '/sbin/blkid': 'util-linux', '/usr/bin/sg_persist': 'sg3-utils' },
    modules: [],
  },

  async probe({ io, state, args, options, stdin }) {
    const text = args[0] === undefined ? stdin : await readFile(io, args[0]);
    const wish = parseLayout(text);
    const dirs = mountedLines(wish.mounts).map(({ dir }) => dir);
    const machine = await probeMachine(io);
    const name = options.image ?? state.image?.name ?? settingOf(state.settings, 'IMAGENAME');
    const source = await findSource(io, state.settings);
    const script = (await io.readText(paths.script)) ?? '';
    const hanging = machine.disks.map(async ({ path }) => [path, await devicesOf(io, absPath(path))] as const);
    const devices = Object.fromEntries(await Promise.all(hanging));
    const kinds = new Map(Object.values(devices).flatMap((all) => all.map((one) => [one.modalias, one])));
    const needs = { devices: [...kinds.values()], types: [...new Set(wish.filesystems.map((one) => one.type))] };
    return {
      devices,
      boots: /^[ \t]*boel[ \t]+boot\b/m.test(script),
      layout: wish,
      // UUIDs that were drawn without --fresh-uuids do not count with it, and the other way round.
      layoutSha256: createHash('sha256')
        .update(options.freshUuids ? `${text}\0fresh` : text)
        .digest('hex'),
      machine,
      arch: process.arch,
      options: {
        disks: settingOf(state.settings, 'DISKS'),
        protect: settingOf(state.settings, 'PROTECT'),
        match: options.match ?? [],
      },
      image: name === undefined ? undefined : await source?.facts(io, imageName(name), dirs, needs),
      seed: randomBytes(32),
      kept: await probeKept(io, wish, machine),
      unmountable: await probeUnmountable(io, wish),
      freshUuids: options.freshUuids ?? false,
    };
  },

  plan(facts, state) {
    if (facts.boots) checkStart(facts);
    const { target, say } = planLayout(facts, state.layoutSha256 === facts.layoutSha256 ? state : undefined);
    const { image } = facts;
    if (image && facts.boots) checkDriven(image, facts.devices, { ...state, ...target });
    const next: State = {
      ...state,
      ...target,
      layoutSha256: facts.layoutSha256,
      ...(image ? { image: { name: image.name, bytes: image.bytes, inodes: image.inodes } } : {}),
    };
    const unchecked = image ? '' : '\n  Whether an image fits was not checked: none is named (--image NAME).';
    return { steps: [], say: `layout:\n${say}${unchecked}`, state: next };
  },
};

/** Refuses what would make `boel boot` fail after the disks are written. */
function checkStart({ image, arch, machine: { firmware } }: Facts): void {
  const { machine, cannotStart } = image ?? {};
  if (image && machine !== undefined && !runsOn(machine, arch))
    throw new UserError(
      `image ${image.name} has a kernel for processors of the kind ${machine}, and this machine is ${arch}`,
      'Choose another image for this machine (IMAGENAME, or another script).',
    );
  if (firmware === 'bios' && arch !== 'x64')
    throw new UserError(
      `this machine is ${arch} and has started without UEFI, and no boot loader that is known here starts such a machine`,
      'Start BOEL by UEFI, or take the line `boel boot` out where the script makes the machine start by itself.',
    );
  const reason = cannotStart?.[firmware];
  if (image && reason !== undefined)
    throw new UserError(
      `image ${image.name} ${reason}, and the script would end at \`boel boot\` on this machine (${firmware.toUpperCase()})`,
      'Mend the image (`systemimager chroot`), or take the line out where the script makes the machine start by itself.',
    );
}

async function readFile(io: VerbInput<Options>['io'], file: string): Promise<string> {
  const text = await io.readText(absPath(file), { isGiven: true });
  if (text === undefined) throw new UserError(`there is no ${file}`, 'Give the path of a layout.');
  return text;
}

function imageName(text: string): string {
  const name = ImageName.safeParse(text);
  if (!name.success)
    throw new UserError(`${JSON.stringify(text)}: ${name.error.issues[0]?.message}`, 'Correct --image or IMAGENAME.');
  return name.data;
}
