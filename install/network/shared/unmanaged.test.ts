import { expect, it } from 'vitest';
import { inside } from '../../../common/system/inside.ts';
import { type RecordedFile, recorderIo } from '../../../test/helpers/recorder-io.ts';
import { probeNetwork } from '../plan-network.ts';
import { leavesWired } from './unmanaged.ts';

const unmanaged = (value: string) => [{ path: 'x.conf', text: `[keyfile]\nunmanaged-devices=${value}\n` }];

it.each([
  '*,except:type:wifi,except:type:gsm',
  'type:ethernet',
  'interface-name:eth*;interface-name:wg*',
  'except:type:wifi',
])('reads %s as no card with a wire', (value) => expect(leavesWired(unmanaged(value))).toBe(true));

it.each([
  '',
  'interface-name:docker*',
  'mac:52:54:00:12:34:56',
  '*,except:type:ethernet',
  'interface-name:veth*',
  'interface-name:eth1',
])('reads %s as cards with a wire, or some', (value) => expect(leavesWired(unmanaged(value))).toBe(false));

it('lets a later file add and take away', () => {
  const more = (how: string) => [{ path: 'y.conf', text: `[keyfile]\nunmanaged-devices${how}=type:ethernet\n` }];
  expect(leavesWired([...unmanaged('type:wifi'), ...more('+')])).toBe(true);
  expect(leavesWired([...unmanaged('type:ethernet'), ...more('-')])).toBe(false);
});

it('reads a device that is not managed', () => {
  const device = (managed: string) => [
    { path: 'x', text: `[device-a]\nmatch-device=type:ethernet\nmanaged=${managed}\n` },
  ];
  expect([leavesWired(device('0')), leavesWired(device('true'))]).toEqual([true, false]);
});

const wants = '/a/etc/systemd/system/multi-user.target.wants';
const image: Record<string, RecordedFile> = {
  '/a/usr/sbin/NetworkManager': '',
  [`${wants}/NetworkManager.service`]: { link: '/lib/x' },
  '/a/usr/lib/NetworkManager/conf.d/10-globally-managed-devices.conf':
    '[keyfile]\nunmanaged-devices=*,except:type:wifi\n',
  '/a/sbin/ifup': '',
};
const writerOf = async (files: Record<string, RecordedFile>) =>
  (await probeNetwork(inside(recorderIo({ files }).io, '/a'))).writer?.flavour.name;

it('leaves the card to what else the image has, unless a file of the same name in /etc says otherwise', async () => {
  expect(await writerOf(image)).toBe('ifupdown');
  const empty = '/a/etc/NetworkManager/conf.d/10-globally-managed-devices.conf';
  expect(await writerOf({ ...image, [empty]: '' })).toBe('NetworkManager');
});
