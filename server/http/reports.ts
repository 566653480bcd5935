import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { parseMac } from '../../common/model/mac.ts';
import { hostPart } from '../../common/model/names.ts';
import { ReportEvent } from '../../common/model/report.ts';
import { printNetboot, readNetboot, afterFinished } from '../netboot/netboot.ts';
import { announce } from '../reports/summary.ts';
import type { WebEnv, WebFacts } from './context.ts';

/** No event is larger than this. */
const maxEventBytes = 1024 * 1024;

/** POST /reports: one event of an installation as JSON (common/model/report.ts); sending it twice is harmless. */
export function reportRoutes(app: Hono<WebEnv>, facts: WebFacts): void {
  const { io, paths, reports, say } = facts;
  const onError = () =>
    Response.json({ error: `an event is at most ${maxEventBytes} bytes`, hint: 'Send it in parts.' }, { status: 413 });
  app.post('/reports', bodyLimit({ maxSize: maxEventBytes, onError }), async (c) => {
    const parsed = ReportEvent.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const error = `not an event: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`;
      return c.json({ error, hint: 'Is BOEL of another version than this server? Build it again.' }, 400);
    }
    const event = parsed.data;
    const summary = await reports.add(event);
    if (!summary) return c.body(null, 204);
    const line = announce(event, summary);
    if (line !== undefined) say(line);
    const mac = parseMac(event.mac);
    if (event.kind === 'finished' && mac !== undefined) {
      const host = hostPart(summary.host ?? '');
      const done = { mac, host, image: event.image, at: summary.lastAt };
      await io.write(paths.netboot, printNetboot(afterFinished(await readNetboot(io, paths.netboot), done)), {
        mode: 0o644,
      });
    }
    return c.body(null, 204);
  });
}
