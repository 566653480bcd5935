import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { KeptEvent } from '../reports/event-file.ts';
import { eventWords } from '../reports/words.ts';
import type { WebEnv, WebFacts } from './context.ts';
import { htmlPage } from './html-page.ts';

/** The events with only the last progress of each verb. */
function withoutOldProgress(events: readonly KeptEvent[]): KeptEvent[] {
  const last = new Map(events.map((event) => [event.kind === 'progress' ? event.verb : event, event]));
  return events.filter((event) => event.kind !== 'progress' || last.get(event.verb) === event);
}

const row = (event: KeptEvent) => html`<tr>
<td>${event.receivedAt.slice(0, 19).replace('T', ' ')}</td><td class="${event.kind}"><pre>${eventWords(event)}</pre></td></tr>`;

const page = (id: string, events: readonly KeptEvent[]) => html`<p><a href="/">All installations</a></p><h1>${id}</h1>
<table><tr><th>Heard (UTC)</th><th>What</th></tr>${withoutOldProgress(events).map(row)}</table>`;

/** GET /installations/ID: the events that one machine reported while it installed itself. */
export function installationRoutes(app: Hono<WebEnv>, { reports }: WebFacts): void {
  app.get('/installations/:id', async (c) => {
    const id = c.req.param('id');
    const events = await reports.events(id);
    return events ? c.html(htmlPage(`SystemImager: ${id}`, page(id, events))) : c.notFound();
  });
}
