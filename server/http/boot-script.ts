import type { Hono } from 'hono';
import { parseMac } from '../../common/model/mac.ts';
import { under } from '../../common/system/place.ts';
import { architectures } from '../../common/boot/architectures.ts';
import { boelWords } from '../../common/boot/command-line.ts';
import { type BootAnswer, bootScript } from '../../common/boot/ipxe-script.ts';
import type { BootDecisions } from './boot-decisions.ts';
import { reachedAt, type WebEnv, type WebFacts } from './context.ts';

/** What the machine with this MAC is told. */
async function decide(
  { io, paths }: WebFacts,
  decisions: BootDecisions,
  macText: string | undefined,
  archText: string,
): Promise<BootAnswer> {
  const mac = parseMac(macText ?? '');
  if (mac === undefined) return { kind: 'ask' };
  const { boot, why, who } = await decisions.decide(mac);
  if (boot === 'local') return { kind: 'local', who, why };
  const arch = architectures.find((one) => one === archText);
  if (arch === undefined)
    return { kind: 'refuse', why: `${who} is a 32-bit machine: the installer needs a 64-bit processor` };
  if ((await io.lstat(under(paths.boot, arch, 'kernel'))) === undefined)
    return { kind: 'refuse', why: `There is no boot/${arch}/kernel on the server. Run there: systemimager build boot` };
  return { kind: 'boel', action: boot, who, why, mac, arch };
}

/**
 * GET /boot.ipxe?mac=MAC&arch=ARCH: install, or start the own disk. Without mac: a script that asks again with the MAC. With
 * medium=yes: an answer for a medium that starts BOEL by itself.
 */
export function bootScriptRoutes(app: Hono<WebEnv>, facts: WebFacts, decisions: BootDecisions): void {
  app.get('/boot.ipxe', async (c) => {
    const answer = await decide(facts, decisions, c.req.query('mac'), c.req.query('arch') ?? 'amd64');
    const { address, port } = reachedAt(c, facts.ports.http);
    const server = { address, httpPort: port, rsyncPort: facts.ports.rsync, append: facts.config.append };
    if ('who' in answer)
      facts.say(
        `${answer.who} asks what to boot: ${answer.kind === 'local' ? 'its own disk' : boelWords[answer.action]} (${answer.why})`,
      );
    return c.text(await bootScript(answer, server, { hasMedium: c.req.query('medium') === 'yes' }));
  });
}
