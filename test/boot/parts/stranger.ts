import http from 'node:http';
import net from 'node:net';

/** What a stranger does to a server, as a program for a network of its own: `stranger.ts hold|flood|socket …`. */
const [what, server = '', from = '', ...words] = process.argv.slice(2);

/** Opens connections and says nothing, until it is ended. */
function hold(port: number, count: number): void {
  for (let one = 0; one < count; one += 1)
    net.connect({ host: server, port, localAddress: from }).on('error', () => {});
  setInterval(() => {}, 1000);
}

/** Sends the first line of an installation, and tells what was answered. */
function report(number: number): Promise<number> {
  const mac = `52:54:00:${from.split('.')[3]?.padStart(2, '0')}:${(number >> 8).toString(16).padStart(2, '0')}:${(number & 255).toString(16).padStart(2, '0')}`;
  const id = `${mac.replaceAll(':', '-')}.20260101T000000`;
  const text = JSON.stringify({ id, seq: 1, at: '2026-01-01T00:00:00Z', mac, kind: 'log', lines: ['x'] });
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const options = { host: server, port: 8181, path: '/reports', method: 'POST', localAddress: from, headers };
    http
      .request(options, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      })
      .on('error', reject)
      .end(text);
  });
}

async function flood(count: number): Promise<void> {
  const answers: Record<string, number> = {};
  for (let number = 0; number < count; number += 1) {
    const status = await report(number);
    answers[status] = (answers[status] ?? 0) + 1;
  }
  process.stdout.write(JSON.stringify(answers));
}

/** Leaves the socket of a program that was killed. */
function socket(at: string): void {
  net.createServer().listen(at, () => process.kill(process.pid, 'SIGKILL'));
}

if (what === 'hold') hold(Number(words[0]), Number(words[1]));
else if (what === 'flood') await flood(Number(words[0]));
else socket(server);
