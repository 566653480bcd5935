import { expect, it } from 'vitest';
import { checkWindow } from './screen.ts';

const window = { kind: 'window' } as const;
const gtk = 'Available display backend types:\nnone\ngtk\ncurses\n';

it('opens a window on a desktop alone, and only if QEMU can', () => {
  expect(() => checkWindow(window, { DISPLAY: ':0' }, gtk)).not.toThrow();
  expect(() => checkWindow(window, { WAYLAND_DISPLAY: 'wayland-0' }, gtk)).not.toThrow();
  expect(() => checkWindow(window, { DISPLAY: '' }, gtk)).toThrow('neither DISPLAY nor WAYLAND_DISPLAY is set');
  expect(() => checkWindow(window, { DISPLAY: ':0' }, 'none\negl-headless\n')).toThrow('opens no windows');
});
it('asks nothing of a machine without a window', () => {
  expect(() => checkWindow({ kind: 'vnc', at: '127.0.0.1:1' }, {}, '')).not.toThrow();
  expect(() => checkWindow(undefined, {}, '')).not.toThrow();
});
