import { describe, expect, it } from 'vitest';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { apply, printSteps } from './apply.ts';
import type { StepEvent } from './step-event.ts';
import { here } from './place.ts';
import type { Step } from './step.ts';

const mountStep: Step = {
  why: 'Mount it',
  kind: 'mount',
  source: '/dev/vda1',
  at: here('/a'),
  type: 'ext4',
  options: ['noatime'],
  lasts: 'group',
};
const fail: Step = { why: 'Break', kind: 'run', argv: ['false'] };

describe('apply', () => {
  it('undoes mounts in reverse when a step of the group fails', async () => {
    const { io, did } = recorderIo({ answer: (command) => ({ code: command.argv[0] === 'false' ? 1 : 0 }) });
    const second: Step = { ...mountStep, at: here('/a/boot') };
    await expect(apply([{ why: 'All', kind: 'group', steps: [mountStep, second, fail] }], io)).rejects.toThrow(
      'Break: false exited 1',
    );
    expect(did.slice(-2)).toEqual(['run umount /a/boot', 'run umount /a']);
  });

  it('runs again while the reason to do so holds, and shows the reason', async () => {
    let left = 2;
    const { io, did } = recorderIo({ answer: () => ({ code: left-- > 0 ? 10 : 0 }) });
    const notes: string[] = [];
    const onEvent = (event: StepEvent) => void (event.kind === 'note' && notes.push(event.text));
    const retry = { times: 3, firstDelayMs: 1000, when: () => 'the server is away' };
    await apply([{ why: 'Pull', kind: 'run', argv: ['rsync'], retry }], io, { onEvent });
    expect(did).toEqual(['run rsync', 'run rsync', 'run rsync']);
    expect(notes[1]).toBe('the server is away; trying again in 2 s (2 of 3)');
  });

  it('counts the bytes of a broken attempt too, and never more than there are', async () => {
    const attempts = [
      { code: 10, lines: ['  600  60%  1.00MB/s 0:00:01'] },
      { code: 10, lines: ['  200  50%  1.00MB/s 0:00:01'] },
      { code: 0, lines: ['  200  50%  1.00MB/s 0:00:01', '  400  99%  1.00MB/s 0:00:00'] },
    ];
    const { io } = recorderIo({ answer: () => attempts.shift() });
    const bytes: number[] = [];
    const onEvent = (event: StepEvent) => void (event.kind === 'progress' && bytes.push(event.doneBytes));
    const retry = { times: 3, firstDelayMs: 1, when: () => 'it broke' };
    const progress = { kind: 'rsync-progress2' as const, totalBytes: 1000 };
    await apply([{ why: 'Pull', kind: 'run', argv: ['rsync'], retry, progress }], io, { onEvent });
    expect(bytes).toEqual([600, 800, 1000, 1000]);
  });

  it('gives up only after so many failures in a row without getting on', async () => {
    let call = 0;
    const { io, did } = recorderIo({
      answer() {
        call += 1;
        return { code: 30, ...(call <= 9 ? { lines: ['100 10% 1.00kB/s 0:00:01'] } : {}) };
      },
    });
    const retry = { times: 3, firstDelayMs: 1, when: () => 'it broke' };
    const progress = { kind: 'rsync-progress2', totalBytes: 1000 } as const;
    const pull = apply([{ why: 'Pull', kind: 'run', argv: ['rsync'], retry, progress }], io);
    await expect(pull).rejects.toThrow('exited 30');
    expect(did).toHaveLength(9 + 3);
  });

  it('hands the earlier exits to the reason, and says what to do when it gives up', async () => {
    const { io, did } = recorderIo({ answer: () => ({ code: 23 }) });
    const retry = {
      times: 9,
      firstDelayMs: 1,
      when: (_: unknown, before: readonly unknown[]) => before.length < 1 && 'once more',
    };
    await expect(
      apply([{ why: 'Pull', kind: 'run', argv: ['rsync'], retry, hints: { 23: 'Look there.' } }], io),
    ).rejects.toMatchObject({ hint: 'Look there. To see the failure again, run: rsync' });
    expect(did).toHaveLength(2);
  });

  it('keeps a numbered backup of a file that is the administrator’s', async () => {
    const { io, files } = recorderIo({ files: { '/etc/hosts': 'old\n', '/etc/hosts.~1~': 'older\n' } });
    const at = here('/etc/hosts');
    const steps: Step[] = [{ why: 'Write hosts', kind: 'write', at, content: 'new\n', mode: 0o644, backup: true }];
    expect(printSteps(steps)).toContain('install --backup=numbered -m');
    await apply(steps, io);
    expect([files.get('/etc/hosts'), files.get('/etc/hosts.~2~')]).toEqual(['new\n', 'old\n']);
  });

  it('writes inside the root though a link there points to an absolute path', async () => {
    const { io, did } = recorderIo({ files: { '/a/etc': { link: '/real' } } });
    await apply(
      [{ why: 'Name', kind: 'write', at: { root: '/a', path: '/etc/hostname' }, content: 'x\n', mode: 0o644 }],
      io,
    );
    expect(did).toEqual(['write /a/real/hostname 644']);
  });
});

describe('printSteps', () => {
  it('shows a secret only by its name', () => {
    const step: Step = {
      why: 'Log in',
      kind: 'run',
      argv: ['rsync', 'a b'],
      stdin: { secret: 'hunter2', as: 'password' },
    };
    expect(printSteps([step])).toBe("# Log in\nrsync 'a b' <<'END'\n<password>\nEND\n");
  });
});
