import { expect, it } from 'vitest';
import { failNotice } from './notice.ts';

const failure = { verb: '', error: 'error: no script', hasScript: false, waits: true };

it('offers to go on only where there is a script', () => {
  expect(failNotice(failure)).not.toContain('boel resume');
  expect(failNotice(failure)).toContain('  reboot  ');
  expect(failNotice({ ...failure, verb: 'mkfs', hasScript: true })).toMatch(/stopped at: boel mkfs\n[^]*boel resume/);
});

it('speaks of no shell where the machine switches itself off', () => {
  expect(failNotice({ ...failure, waits: false })).not.toMatch(/shell|resume|reboot/);
});

it('offers the old system to a machine that has started BOEL for one start', () => {
  expect(failNotice({ ...failure, fallsBack: true })).toContain('  reboot               start the old system');
});
