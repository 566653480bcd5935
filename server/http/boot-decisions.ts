import type { KnownHost } from '../config/hosts-json.ts';
import { bootKnowledge } from '../netboot/knowledge.ts';
import { type BootChoice, decideBoot, withFinished } from '../netboot/netboot.ts';
import type { WebFacts } from './context.ts';

/** What a machine boots: `who` is its name or its MAC, `known` its entry in hosts.json. */
export type BootDecision = { boot: BootChoice; why: string; who: string; known: KnownHost | undefined };

/** Decides what machines boot. */
export type BootDecisions = { decide: (mac: string) => Promise<BootDecision> };

/** Decides by hosts.json, netboot.json, and the reports that are not in netboot.json yet. */
export function bootDecisions({ io, paths, config, monitor }: WebFacts): BootDecisions {
  const knowledge = bootKnowledge(io, paths, config.unknown);
  return {
    async decide(mac) {
      const [known, unwritten] = await Promise.all([knowledge(), monitor.unwritten()]);
      if (known.broken !== undefined) return { boot: 'local', why: known.broken, who: mac, known: undefined };
      const netboot = withFinished(known.netboot, unwritten, known.hosts);
      const { boot, why, host } = decideBoot(mac, { ...known, netboot });
      return { boot, why, who: host ?? mac, known: known.hosts.find((one) => one.mac === mac) };
    },
  };
}
