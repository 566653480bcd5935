import { describe, expect, it } from 'vitest';
import { apply } from '../../common/system/apply.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { personOf, readRecords, recorded } from './record.ts';

const begun = { version: 1, image: 'web_v2', server: '10.0.0.1', by: 'ann', at: '2026-11-28T03:00:00.000Z' } as const;

describe('the records of updates', () => {
  it('say half-updated from the first change to the last, and then who updated to what', async () => {
    const { io, files } = recorderIo({ files: { '/etc/systemimager/history': 'earlier\n' } });
    const work = { why: 'Remove what the image does not have', kind: 'prune', root: '/', names: ['usr/x'] } as const;
    const records = await readRecords(io, '/');
    const steps = recorded([work], '/', records, { begun, only: [], said: '1 deleted' });
    const at = steps.indexOf(work);
    await apply(steps.slice(0, at), io);
    expect((await readRecords(io, '/')).unfinished).toEqual(begun);
    expect((await readRecords(io, '/')).lastImage).toBeUndefined();
    await apply(steps.slice(at), io);
    expect(await readRecords(io, '/')).toEqual({
      history: 'earlier\n2026-11-28T03:00:00.000Z\tweb_v2\t10.0.0.1\tann\t1 deleted\n',
      lastImage: 'web_v2',
      unfinished: undefined,
    });
    expect(files.get('/etc/systemimager/IMAGE_LAST_SYNCED_TO')).toBe('web_v2\n');
  });

  it('do not name an image of which only a part came', async () => {
    const { io } = recorderIo({});
    await apply(recorded([], '/', await readRecords(io, '/'), { begun, only: ['/etc/nginx'], said: '1 new' }), io);
    const { history, lastImage } = await readRecords(io, '/');
    expect(history).toContain('\tonly /etc/nginx: 1 new\n');
    expect(lastImage).toBeUndefined();
  });

  it('know the person behind sudo', () => {
    expect(personOf({ SUDO_USER: 'ann', LOGNAME: 'root' })).toBe('ann');
    expect(personOf({ USER: 'two\twords' })).toBe('root');
  });
});
