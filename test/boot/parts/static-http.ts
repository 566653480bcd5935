import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream';

/** A plain HTTP server that is not ours: the files of the folder in argv, on port 80, and nothing else. Says a line when it listens. */
const folder = process.argv[2] ?? '.';
const server = http.createServer((request, response) => void answer(request, response));

async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  // A URL keeps no `..` that leads out of the folder.
  const file = path.join(folder, decodeURIComponent(new URL(request.url ?? '/', 'http://folder').pathname));
  const found = await stat(file).catch(() => undefined);
  console.log(`${request.method} ${request.url} ${found?.isFile() ? found.size : 'is not there'}`);
  if (!found?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-length': found.size });
  if (request.method === 'HEAD') response.end();
  else pipeline(createReadStream(file), response, () => {});
}

server.listen(80, () => console.log('listens'));
