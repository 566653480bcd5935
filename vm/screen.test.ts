import { expect, it } from 'vitest';
import { checkWindow } from './screen.ts';

const gtk = 'Available display backend types:\nnone\ngtk\ncurses\n';

it('opens a window on a desktop alone, and only if QEMU can', () => {
  expect(() => checkWindow({ DISPLAY: ':0' }, gtk)).not.toThrow();
  expect(() => checkWindow({ WAYLAND_DISPLAY: 'wayland-0' }, gtk)).not.toThrow();
  expect(() => checkWindow({ DISPLAY: '' }, gtk)).toThrow('neither DISPLAY nor WAYLAND_DISPLAY is set');
  expect(() => checkWindow({ DISPLAY: ':0' }, 'none\negl-headless\n')).toThrow('opens no windows');
});
