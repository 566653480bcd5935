import { randomBytes } from 'node:crypto';
import type { ServerAddress } from '../../common/model/server-address.ts';
import { describeError } from '../../common/system/errors.ts';
import type { Io, ReadIo } from '../../common/system/io.ts';
import { paths } from '../paths.ts';
import { reportLog } from './report-log.ts';
import { reportId, ReportTarget, sendReports } from './reporter.ts';
import type { Caller } from './world.ts';

type World = { io: Io } & Caller;

/** Reports to a server until aborted. An installation that was begun in this boot keeps its name. */
export async function report(world: World, to: { server: ServerAddress; mac: string }): Promise<void> {
  const { io } = world;
  const before = await savedTarget(io);
  const salt = randomBytes(4).toString('hex');
  const id = before?.mac === to.mac ? before.id : reportId({ mac: to.mac, startedAt: io.now(), salt });
  const target = { ...to, id };
  await io.write(paths.report, `${JSON.stringify(target)}\n`, { mode: 0o600 }).catch(() => {});
  await send(world, target);
}

/** Goes on with the reports of an earlier resident program, if it sent reports. */
export async function goOnReporting(world: World): Promise<void> {
  const target = await savedTarget(world.io);
  if (target) await send(world, target);
}

/** Sends the reports; a failure of reports ends no installation. */
async function send(world: World, target: ReportTarget): Promise<void> {
  const { io, signal, say } = world;
  await Promise.all([sendReports(io, target, world), reportLog(io, signal)]).catch((error: unknown) =>
    say(`No more reports: ${describeError(error)}`),
  );
}

async function savedTarget(io: ReadIo): Promise<ReportTarget | undefined> {
  try {
    return ReportTarget.parse(JSON.parse((await io.readText(paths.report)) ?? ''));
  } catch {
    return undefined;
  }
}
