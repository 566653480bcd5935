import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { InstallationSummary } from '../reports/summary.ts';
import { stateWords } from '../reports/words.ts';
import type { WebEnv, WebFacts } from './context.ts';
import { htmlPage } from './html-page.ts';

const row = (one: InstallationSummary) => html`<tr>
<td><a href="/installations/${one.id}">${one.host ?? one.mac}</a></td><td>${one.mac}</td><td>${one.ip ?? ''}</td><td>${one.firmware ?? ''}</td>
<td class="${one.outcome}">${stateWords(one)}</td><td>${one.firstAt.slice(0, 19).replace('T', ' ')}</td><td>${one.lastAt.slice(11, 19)}</td></tr>`;

const page = (installations: InstallationSummary[], images: string[]) => html`<h1>Installations</h1>
${
  installations.length === 0
    ? html`<p>No machine has reported yet.</p>`
    : html`<table><tr><th>Machine</th><th>MAC</th><th>Address</th><th>Firmware</th><th>State</th><th>Begun (UTC)</th><th>Last heard</th></tr>
${installations.map(row)}</table>`
}
<h1>Images</h1>
${images.length === 0 ? html`<p>There is no image yet.</p>` : html`<ul>${images.map((name) => html`<li>${name}</li>`)}</ul>`}`;

/** GET /: installations and images on one page, drawn anew every five seconds. GET /status.json: the same for programs. */
export function statusRoutes(app: Hono<WebEnv>, { monitor, reports }: WebFacts): void {
  app.get('/', async (c) => c.html(htmlPage('SystemImager', page(reports.list(), await monitor.images()), true)));
  app.get('/status.json', async (c) => c.json({ installations: reports.list(), images: await monitor.images() }));
}
