import { isUntouched } from '../../assets/disk.ts';
import { type Row, row } from '../harness/row.ts';

/** A row about a machine that must stop with an error. */
export const stops = (name: string, run: Row['run']): Row =>
  row({ name: `stops: ${name}`, covers: ['runtime/', 'install/layout/', 'common/model/layout/'], seconds: 40, run });

/** The disk is a hole: not one block was written. */
export async function expectUntouched(...disks: string[]): Promise<void> {
  for (const disk of disks) if (!(await isUntouched(disk))) throw new Error(`${disk} was written to`);
}
