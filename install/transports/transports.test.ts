import { describe, expect, it } from 'vitest';
import { isFromMedium, transportOf, transports } from './index.ts';

const setting = (value: string) => ({ TRANSPORT: { value, from: 'boot prompt' as const, detail: '' } });

describe('TRANSPORT', () => {
  it.each(transports.map((one) => one.name).filter((name) => name !== 'medium'))('chooses %s', (name) => {
    expect(transportOf(setting(name)).name).toBe(name);
  });

  it('may be left out', () =>
    expect([transportOf({}), transportOf(setting(''))]).toEqual([transports[0], transports[0]]));

  it('is medium if MEDIUM names one and TRANSPORT names no other', () => {
    const MEDIUM = { value: '0'.repeat(24), from: 'boot menu' as const, detail: '' };
    expect([{}, setting('medium'), setting('rsync')].map((some) => isFromMedium({ MEDIUM, ...some }))).toEqual([
      true,
      true,
      false,
    ]);
    expect(isFromMedium(setting('rsync'))).toBe(false);
    expect(() => isFromMedium(setting('medium'))).toThrow('no medium is named');
  });

  it('that no transport has is refused with the known ones', () => {
    expect(() => transportOf(setting('pigeon'))).toThrow('TRANSPORT=pigeon is none of the transports of this BOEL');
    expect(() => transportOf(setting('pigeon'))).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('rsync') }),
    );
  });
});
