import { expect, it } from 'vitest';
import { idleContext } from '../../test/helpers/cli-context.ts';
import { recorderIo } from '../../test/helpers/recorder-io.ts';
import { openSsh } from './ssh-connection.ts';

const source = { kind: 'ssh', host: 'web', user: 'admin' } as const;

/** Opens a connection; `masterCode` is how ssh ends that may ask. */
function opened(silentCode: number, masterCode = 0) {
  const ran: string[] = [];
  const { io } = recorderIo({
    answer: ({ argv, terminal }) => {
      ran.push(`${terminal ? 'terminal: ' : ''}${argv.join(' ').replace(/ControlPath=\S+/, 'ControlPath=x')}`);
      return { code: argv.includes('-M') ? masterCode : argv.includes('-O') ? 0 : silentCode };
    },
  });
  return { ran, connection: openSsh({ ...idleContext(), io }, source) };
}

it.each([0, 127])('asks nothing where ssh gets in by a key, also where the command ends with %d', async (code) => {
  const { ran, connection } = opened(code);
  expect((await connection).source).toEqual(source);
  expect(ran).toEqual(['ssh -o BatchMode=yes -o ConnectTimeout=20 -l admin web true']);
});

it('asks on the terminal once, goes through that connection, and closes it', async () => {
  const { ran, connection } = opened(255);
  {
    await using held = await connection;
    expect(held.source.control).toMatch(/\/ssh$/);
  }
  expect(ran.slice(1)).toEqual([
    'terminal: ssh -o BatchMode=no -o ConnectTimeout=20 -l admin -o ControlPath=x -M -N -f -o ControlPersist=yes web',
    'ssh -o BatchMode=yes -o ConnectTimeout=20 -l admin -o ControlPath=x -O exit web',
  ]);
});

it('says so where that does not help', async () => {
  await expect(opened(255, 255).connection).rejects.toThrow('ssh does not reach web as admin');
});
