import type { Hono } from 'hono';
import { queriedNeeds } from '../../common/model/image-facts.ts';
import { UserError } from '../../common/system/errors.ts';
import type { WebEnv, WebFacts } from './context.ts';

/** How many mount points one request may name. */
const maxMounts = 100;

/** GET /images/NAME/facts?mount=/&device=…&type=ext4: sums, split links, what its kernel lacks (common/model/image-facts.ts). */
export function imageRoutes(app: Hono<WebEnv>, facts: WebFacts): void {
  app.get('/images/:name/facts', async (c) => {
    const mounts = c.req.queries('mount') ?? ['/'];
    if (mounts.length > maxMounts || mounts.some((dir) => !/^\/[^\0]*$/.test(dir) || dir.split('/').includes('..')))
      return c.json({ error: 'a mount point is an absolute path', hint: 'Ask as ?mount=/&mount=/boot.' }, 400);
    const needs = queriedNeeds((key) => c.req.queries(key));
    try {
      return c.json(await facts.monitor.facts(c.req.param('name'), [...new Set(mounts)], needs));
    } catch (error) {
      if (error instanceof UserError) return c.json({ error: error.message, hint: error.hint }, 404);
      throw error;
    }
  });
}
