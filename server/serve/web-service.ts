import path from 'node:path';
import type { Argv } from '../../common/system/io.ts';
import { absPath, type AbsPath, here, under } from '../../common/system/place.ts';
import type { Step } from '../../common/system/step.ts';
import type { WebSettings } from '../http/settings.ts';
import type { ServeFacts } from './serve-facts.ts';
import type { Service } from './supervise.ts';

/** The HTTP server's program. */
export const webProgram: AbsPath = absPath(path.resolve(import.meta.dirname, '..', 'http', 'main.ts'));

/** Ports below this need a capability (ip(7), ip_unprivileged_port_start). */
const firstFreePort = 1024;

const settingsFile = ({ paths }: ServeFacts) => under(paths.run, 'web.json');

/** The step that tells the HTTP server what it needs to know. */
export function webSettingsStep(facts: ServeFacts): Step {
  const { root, ports, networks, names, cards } = facts;
  const { unknown, append, reports } = facts.config;
  const { router, dns, domain } = facts.config.dhcp;
  const settings: WebSettings = {
    root,
    ports,
    networks,
    names,
    cards,
    config: { unknown, append, reports, dhcp: { router, dns, domain } },
  };
  const content = `${JSON.stringify(settings, undefined, 2)}\n`;
  return {
    why: 'Write the settings of the HTTP server',
    kind: 'write',
    at: here(settingsFile(facts)),
    content,
    mode: 0o644,
  };
}

/**
 * The HTTP server as a program of its own: another user, only capabilities that it cannot do without, no way to get more
 * (setpriv(1)). It ends with us: setpriv asks for that, because a change of the user cancels it (prctl(2) PR_SET_PDEATHSIG).
 */
export function webService(facts: ServeFacts): Service {
  const { user, barrier } = facts.web;
  const { http } = facts.ports;
  const capabilities = [
    ...(http < firstFreePort ? ['+net_bind_service'] : []),
    ...(barrier === undefined ? [] : ['+dac_read_search']),
  ].join(',');
  const caps = capabilities === '' ? '-all' : `-all,${capabilities}`;
  const asUser = user
    ? [
        `--reuid=${user.uid}`,
        `--regid=${user.gid}`,
        '--clear-groups',
        '--no-new-privs',
        `--inh-caps=${caps}`,
        `--ambient-caps=${caps}`,
      ]
    : [];
  const argv: Argv = [
    'setpriv',
    '--pdeathsig',
    'TERM',
    ...asUser,
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    webProgram,
    settingsFile(facts),
  ];
  return { name: 'HTTP', argv, ready: { kind: 'tcp', host: '127.0.0.1', port: http }, isOurs: true };
}
