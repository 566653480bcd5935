import type { DiskFacts } from '../common/model/machine.ts';
import type { ReadIo } from '../common/system/io.ts';

/** A disk that hangs must not keep us waiting for long. */
const limitMs = 10_000;

/**
 * Marks the disks on which some machine holds a persistent reservation (SPC-4, section 5.13), as clusters do on the disks that
 * they share. Only SCSI has reservations; sg_persist(8) asks for them.
 */
export async function withReservations(io: ReadIo, disks: readonly DiskFacts[]): Promise<DiskFacts[]> {
  return Promise.all(
    disks.map(async (disk) => {
      if (disk.bus !== 'scsi' || disk.bytes === 0) return disk;
      const argv = ['sg_persist', '--no-inquiry', '--in', '--read-reservation', '--readonly', disk.node] as const;
      // A dry run on another machine may lack the program.
      const exit = await io.run({ argv, limitMs }).catch(() => undefined);
      return exit?.code === 0 && exit.stdout.includes('Reservation follows') ? { ...disk, reserved: true } : disk;
    }),
  );
}
