import { apply } from '../common/system/apply.ts';
import { absPath } from '../common/system/place.ts';
import { realIo } from '../common/system/real-io.ts';
import { rsync } from '../install/transports/rsync.ts';

/** What the `image` verb does, for the benchmark: PORT IMAGE TARGET. */
const [port, image = '', target = ''] = process.argv.slice(2);
const steps = rsync.fetchImage({
  server: '127.0.0.1',
  port: Number(port),
  image,
  target: absPath(target),
  mounts: [{ dir: '/', posix: true }],
  splitLinks: [],
});
await apply(steps, realIo);
