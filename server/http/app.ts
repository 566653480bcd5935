import { Hono } from 'hono';
import { bootDecisions } from './boot-decisions.ts';
import { bootFileRoutes } from './boot-files.ts';
import { bootScriptRoutes } from './boot-script.ts';
import type { WebEnv, WebFacts } from './context.ts';
import { pageHeaders } from './html-page.ts';
import { installationRoutes } from './installation-page.ts';
import { imageRoutes } from './images.ts';
import { isoRoutes } from './iso.ts';
import { onlyOwnSite } from './own-site.ts';
import { reportRoutes } from './reports.ts';
import { statusRoutes } from './status-page.ts';

/**
 * The HTTP server: boot files, ISOs, boot decisions, sums of images, reports, and a status page. Image trees are never served: they
 * hold password hashes and host keys.
 */
export function webApp(facts: WebFacts): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const decisions = bootDecisions(facts);
  app.use(pageHeaders, onlyOwnSite(facts));
  bootFileRoutes(app, facts);
  bootScriptRoutes(app, facts, decisions);
  isoRoutes(app, facts, decisions);
  imageRoutes(app, facts);
  reportRoutes(app, facts);
  statusRoutes(app, facts);
  installationRoutes(app, facts);
  app.notFound((c) => c.json({ error: `${c.req.path} is not here`, hint: 'The status page is /.' }, 404));
  app.onError((error, c) => {
    facts.say(`HTTP ${c.req.method} ${c.req.path}: ${error.message}`);
    return c.json({ error: error.message, hint: 'The server’s log says more.' }, 500);
  });
  return app;
}
