import { describe, expect, it } from 'vitest';
import type { Card } from '../../machine/cards.ts';
import { chooseCards } from './choose-card.ts';

const card = (name: string, digit: number, isHardware = true): Card => ({
  name,
  mac: `52:54:00:00:00:0${digit}`,
  driver: '',
  index: digit,
  link: 'yes',
  isHardware,
});
const cards = [card('eth0', 1), card('eth1', 2), card('br0', 3, false)];

describe('chooseCards', () => {
  it.each([
    ['all with hardware when nobody says', {}, 0, ['eth0', 'eth1']],
    ['the card that booted, alone at first', { bootif: '01-52-54-00-00-00-02' }, 0, ['eth1']],
    ['the card that booted before the others later', { bootif: '01-52-54-00-00-00-02' }, 60, ['eth1', 'eth0']],
    ['all when the card that booted has no driver', { bootif: '01-52-54-00-00-00-09' }, 0, ['eth0', 'eth1']],
    ['all when BOOTIF is nonsense', { bootif: '$(reboot)' }, 0, ['eth0', 'eth1']],
    ['DEVICE alone, whatever booted', { device: 'eth0', bootif: '01-52-54-00-00-00-02' }, 99, ['eth0']],
    ['DEVICE by its MAC address', { device: '52:54:00:00:00:02' }, 0, ['eth1']],
    ['DEVICE though it is software', { device: 'br0' }, 0, ['br0']],
    ['none when DEVICE is not there', { device: 'eth9' }, 99, []],
  ])('takes %s', (_, wish, seconds, expected) => {
    expect(chooseCards(cards, wish, seconds).map((one) => one.name)).toEqual(expected);
  });
});
