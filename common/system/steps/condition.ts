import net from 'node:net';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Condition } from '../step.ts';

const pollMs = 100;

/** The condition in words. */
export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'file':
      return `${condition.at} is there`;
    case 'gone':
      return `${condition.at} is gone`;
    case 'file-says':
      return `${condition.at} says ${JSON.stringify(condition.text)}`;
    case 'tcp':
      return `${condition.host} port ${condition.port} answers`;
    case 'line':
      return `the program prints ${JSON.stringify(condition.text)}`;
  }
}

type Watched = { io: Io; signal: AbortSignal | undefined; lines: readonly string[] };

async function holds(condition: Condition, { io, lines }: Watched): Promise<boolean> {
  switch (condition.kind) {
    case 'file':
      return (await io.lstat(condition.at)) !== undefined;
    case 'gone':
      return (await io.lstat(condition.at)) === undefined;
    case 'file-says':
      return (await io.readText(condition.at))?.trim() === condition.text;
    case 'tcp':
      return answers(condition.host, condition.port);
    case 'line':
      return lines.some((line) => line.includes(condition.text));
  }
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: 1000 });
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => end(true));
    socket.on('error', () => end(false));
    socket.on('timeout', () => end(false));
  });
}

/** Looks ten times a second; after `limitMs` it fails with the condition and the hint. */
export async function waitFor(condition: Condition, limitMs: number, hint: string, watched: Watched): Promise<void> {
  const until = performance.now() + limitMs;
  while (!(await holds(condition, watched))) {
    watched.signal?.throwIfAborted();
    if (performance.now() > until)
      throw new UserError(`waited ${Math.round(limitMs / 1000)} s in vain until ${printCondition(condition)}`, hint);
    await watched.io.sleep(pollMs, watched.signal);
  }
}
