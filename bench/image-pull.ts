import { apply } from '../common/system/apply.ts';
import { absPath } from '../common/system/place.ts';
import { realIo } from '../common/system/real-io.ts';
import { serverSource } from '../install/source/server-source.ts';

/** What the `image` verb does, for the benchmark: PORT IMAGE TARGET. */
const [port = '', image = '', target = ''] = process.argv.slice(2);
const setting = (value: string) => ({ value, from: 'default' as const, detail: '' });
const source = serverSource({ IMAGESERVER: setting('127.0.0.1'), RSYNCPORT: setting(port) });
const mounts = [{ dir: '/', posix: true }];
await apply(source.tree({ image, root: absPath(target), mounts, exact: true }), realIo);
