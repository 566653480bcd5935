import { blankDisk } from '../assets/disk.ts';
import { type DiskName, labDisks, serialOf } from '../lab/disks.ts';
import { findDisks, prepare } from '../lab/lab.ts';
import { bootLab, type LabMachine } from '../lab/machine.ts';
import { caseName, type Scene } from '../lab/scene.ts';
import { scenes } from '../lab/scenes/index.ts';
import { type RowContext, row } from './harness/row.ts';

export default row({
  name: 'the lab: verbs on real disks',
  covers: [
    'install/layout/',
    'install/target/',
    'install/filesystems/',
    'machine/',
    'common/model/layout/',
    'runtime/verbs/',
    'test/lab/',
  ],
  seconds: 350,
  always: true,
  cases: scenes.flatMap((scene) => Object.keys(scene.tests).map((test) => caseName(scene, test))),
  async run(test) {
    const names = Object.keys(labDisks) as DiskName[];
    const disks = await Promise.all(
      names.map(async (name) => {
        const { size, ...disk } = labDisks[name];
        return { ...disk, serial: serialOf(name), file: await blankDisk(test.scratch, name, size) };
      }),
    );
    const machine = await bootLab(test, disks);
    const nodes = await findDisks(machine);
    for (const scene of scenes) await play(test, machine, nodes, scene);
    await machine.end();
  },
});

/** Runs a scene's tests. A beginning that fails fails all of them, for it is what they test. */
async function play(test: RowContext, machine: LabMachine, nodes: ReadonlyMap<DiskName, string>, scene: Scene) {
  let begun: ReturnType<typeof begin> | undefined;
  const begin = async () => {
    const lab = await prepare(machine, nodes, scene);
    await scene.begin?.(lab);
    return lab;
  };
  for (const [name, run] of Object.entries(scene.tests))
    await test.case(caseName(scene, name), async () => {
      begun ??= begin();
      await run(await begun);
    });
}
