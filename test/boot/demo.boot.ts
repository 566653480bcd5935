import path from 'node:path';
import { defineHosts, prepareServer, startServer } from '../demo/server.ts';
import { Stopwatch } from '../demo/stopwatch.ts';
import { row } from './harness/row.ts';

const top = path.resolve(import.meta.dirname, '../..');

export default row({
  name: 'the demo: its image server comes up where there was nothing',
  covers: ['test/demo/', 'server/', 'cli/', 'common/'],
  seconds: 15,
  always: true,
  async run(test) {
    const root = path.join(test.scratch, 'root');
    const watch = new Stopwatch(() => {});
    await prepareServer(top, root, watch);
    await defineHosts(top, root, watch);
    await startServer(top, root, test.logs, await test.wire());
  },
});
