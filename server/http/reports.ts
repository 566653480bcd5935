import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { ReportEvent } from '../../common/model/report.ts';
import { sourceOf } from '../config/networks.ts';
import { consoleLine } from '../reports/words.ts';
import { parseFlatJson } from './flat-json.ts';
import { askedFrom, type WebEnv, type WebFacts } from './context.ts';

/** No event is larger than this. */
const maxEventBytes = 1024 * 1024;

/** POST /reports: one event of an installation as JSON (common/model/report.ts); sending it twice is harmless. */
export function reportRoutes(app: Hono<WebEnv>, { reports, monitor, say }: WebFacts): void {
  const onError = () =>
    Response.json(
      { error: `an event is at most ${maxEventBytes} bytes`, hint: 'Send the event in parts.' },
      { status: 413 },
    );
  reports.onChange((event, summary) => {
    const line = consoleLine(event, summary);
    if (line !== undefined) say(line);
  });
  app.post('/reports', bodyLimit({ maxSize: maxEventBytes, onError }), async (c) => {
    const parsed = ReportEvent.safeParse(parseFlatJson(await c.req.text()));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const error = `not an event: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`;
      return c.json(
        { error, hint: 'Is BOEL of another version than this server? Build BOEL again: systemimager build boot.' },
        400,
      );
    }
    const event = parsed.data;
    const { mac } = event;
    if (!event.id.startsWith(`${mac.replaceAll(':', '-')}.`))
      return c.json({ error: `${event.id} is no installation of ${mac}`, hint: 'An id starts with the MAC.' }, 400);
    const kept = await reports.add(event, sourceOf(askedFrom(c)));
    if (kept === 'crowded')
      return c.json(
        { error: 'too many installations began just now', hint: 'Send the report again in a minute.' },
        503,
      );
    // Also for a repeated event: the first time, root may have been unable to write the end down.
    if (event.kind === 'finished')
      await monitor.finished({ mac, image: event.image, at: kept.summary.lastAt, from: askedFrom(c) });
    return c.body(null, 204);
  });
}
