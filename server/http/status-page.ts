import type { Hono } from 'hono';
import { html } from 'hono/html';
import { failureOf, type InstallationSummary } from '../reports/summary.ts';
import type { WebEnv, WebFacts } from './context.ts';

export const style = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ccc }
.ok { color: #060 } .failed { color: #a00 }
@media (prefers-color-scheme: dark) { body { background: #111; color: #ddd } .ok { color: #6c6 } .failed { color: #f77 } a { color: #8af } }`;

/** How far an installation is, in words. */
function progressOf(one: InstallationSummary): string {
  if (one.outcome === 'ok') return `installed ${one.image ?? ''}`;
  if (one.outcome === 'failed') return failureOf(one);
  return `${one.verb ?? 'starting'}${one.percent === undefined ? '' : `, ${one.percent} %`}`;
}

const row = (one: InstallationSummary) => html`<tr>
<td><a href="/installations/${one.id}">${one.host ?? one.mac}</a></td><td>${one.mac}</td><td>${one.ip ?? ''}</td><td>${one.firmware ?? ''}</td>
<td class="${one.outcome}">${progressOf(one)}</td><td>${one.firstAt.slice(0, 19).replace('T', ' ')}</td><td>${one.lastAt.slice(11, 19)}</td></tr>`;

const page = (installations: InstallationSummary[], images: string[]) => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width"><title>SystemImager</title><style>${style}</style></head>
<body><h1>Installations</h1>
${
  installations.length === 0
    ? html`<p>No machine has reported yet.</p>`
    : html`<table><tr><th>Machine</th><th>MAC</th><th>Address</th><th>Firmware</th><th>State</th><th>Begun (UTC)</th><th>Last heard</th></tr>
${installations.map(row)}</table>`
}
<h1>Images</h1>
${images.length === 0 ? html`<p>There is no image yet.</p>` : html`<ul>${images.map((name) => html`<li>${name}</li>`)}</ul>`}
</body></html>`;

/** GET /: installations and images on one page, drawn anew every five seconds. GET /status.json: the same for programs. */
export function statusRoutes(app: Hono<WebEnv>, { monitor, reports }: WebFacts): void {
  app.get('/', async (c) => c.html(page(reports.list(), await monitor.images())));
  app.get('/status.json', async (c) => c.json({ installations: reports.list(), images: await monitor.images() }));
}
