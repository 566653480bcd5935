import { createAdaptorServer } from '@hono/node-server';
import type { Server } from 'node:http';
import { webApp } from '../http/app.ts';
import type { WebFacts } from '../http/context.ts';
import { portProblem } from './once.ts';

/** Starts the HTTP server; gives a function that ends it together with its connections. */
export async function startWeb(facts: WebFacts): Promise<() => Promise<void>> {
  const server = createAdaptorServer({ fetch: webApp(facts).fetch }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portProblem(error, facts.ports.http, 'HTTP', '--http-port')));
    server.listen(facts.ports.http, resolve);
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}
