import { ipxeWords } from '../templates/languages.ts';
import { renderNamed, type View } from '../templates/render.ts';
import type { Architecture } from './architectures.ts';
import { boelCommandLine, boelWords, type BootServer } from './command-line.ts';

/** The answer to a machine that asks for /boot.ipxe. */
export type BootAnswer =
  | { kind: 'ask' }
  | { kind: 'refuse'; why: string }
  | { kind: 'local'; who: string; why: string }
  | { kind: 'boel'; action: 'install' | 'rescue'; who: string; why: string; mac: string; arch: Architecture };

/**
 * The iPXE script for an answer. A machine with a medium that starts BOEL by itself (syslinux/net.lua) gets the answer as the
 * setting `answer`: install, rescue, local or refuse.
 */
export function bootScript(answer: BootAnswer, server: BootServer, { hasMedium = false } = {}): Promise<string> {
  const base = `http://${server.address}:${server.httpPort}/boot`;
  const medium = hasMedium && { answer: answer.kind === 'boel' ? answer.action : answer.kind };
  const nothing: View = { medium, ask: false, local: false, refuse: false, boel: false };
  switch (answer.kind) {
    case 'ask':
      return renderNamed('boot.ipxe', { ...nothing, ask: true });
    case 'refuse':
      return renderNamed('boot.ipxe', { ...nothing, refuse: { why: answer.why } });
    case 'local':
      return renderNamed('boot.ipxe', { ...nothing, local: { why: answer.why, who: answer.who } });
    case 'boel': {
      const folder = `${base}/${answer.arch}`;
      const files = { kernel: `${folder}/kernel`, initrd: `${folder}/initrd.img` };
      const said = { why: answer.why, who: answer.who, what: boelWords[answer.action] };
      const boel = { ...said, ...files, append: ipxeWords(boelCommandLine(answer.mac, answer.action, server)) };
      return renderNamed('boot.ipxe', { ...nothing, boel });
    }
  }
}
