import { describe, expect, it } from 'vitest';
import { transportOf, transports } from './index.ts';

const setting = (value: string) => ({ TRANSPORT: { value, from: 'boot prompt' as const, detail: '' } });

describe('TRANSPORT', () => {
  it.each(transports.map((one) => one.name))('chooses %s', (name) => {
    expect(transportOf(setting(name)).name).toBe(name);
  });

  it('may be left out', () =>
    expect([transportOf({}), transportOf(setting(''))]).toEqual([transports[0], transports[0]]));

  it('that no transport has is refused with the known ones', () => {
    expect(() => transportOf(setting('pigeon'))).toThrow('TRANSPORT=pigeon is none of the transports of this BOEL');
    expect(() => transportOf(setting('pigeon'))).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('rsync') }),
    );
  });
});
