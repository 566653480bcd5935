import { expect, it } from 'vitest';
import { certificates, signature, signatureList, signedProgram } from '../../test/helpers/signed-program.ts';
import { isTrusted, readSignatures } from './authenticode.ts';
import { parseSignatureLists } from './signature-lists.ts';

const { authority, signer } = certificates;
const [ca, leaf] = ['Example UEFI CA 2023', 'Example UEFI signer'];
const program = signedProgram(signature(signer, authority), signature(signer));

it('reads whom the firmware trusts, and passes over hashes', () => {
  const hashes = signatureList(Buffer.alloc(32), '26 16 c4 c1 4c 50 92 40 ac a9 41 f9 36 93 43 28'.replaceAll(' ', ''));
  expect(parseSignatureLists(Buffer.concat([signatureList(authority), hashes, signatureList(signer)]))).toEqual([
    ca,
    leaf,
  ]);
  expect(parseSignatureLists(signatureList(Buffer.from('no certificate')))).toEqual(['a damaged certificate']);
  expect(parseSignatureLists(Buffer.alloc(0))).toEqual([]);
});
it.each<[string, (bytes: Buffer) => unknown]>([
  ['is cut off', (bytes) => bytes.subarray(0, 60)],
  ['has a length of 0', (bytes) => bytes.writeUInt32LE(0, 16)],
  ['has signatures of 0 bytes', (bytes) => bytes.writeUInt32LE(0, 24)],
])('says that a list %s', (_, change) => {
  const list = signatureList(authority);
  const changed = change(list);
  expect(() => parseSignatureLists(Buffer.isBuffer(changed) ? changed : list)).toThrow('damaged at byte 0');
});

it('reads the certificates of each signature of a boot program', () => {
  expect(readSignatures(program)).toEqual([
    [
      { subject: leaf, issuer: ca },
      { subject: ca, issuer: ca },
    ],
    [{ subject: leaf, issuer: ca }],
  ]);
  expect(readSignatures(signedProgram())).toEqual([]);
});
it.each<[string, Buffer, string]>([
  ['a text', Buffer.from('#!/bin/sh\n'.padEnd(100)), 'MZ is missing'],
  ['nothing', Buffer.alloc(0), 'MZ is missing'],
  ['a program of DOS', Buffer.from('MZ'.padEnd(100, '\0')), 'PE is missing'],
  ['a program that is cut off', program.subarray(0, program.length - 100), 'cut off before its signatures'],
  ['a signature that is longer than its table', signedProgram(signature(signer).fill(0xff, 0, 4)), 'is damaged'],
  ['a signature whose DER is cut off', signedProgram(signature(signer).fill(0xff, 8, 12)), 'DER ends too early'],
])('refuses %s in a sentence', (_, bytes, words) => {
  expect(() => readSignatures(bytes)).toThrow(words);
});

it.each([
  [[ca], true],
  [[leaf], true],
  [['Example UEFI CA 2011'], false],
  [[], false],
])('firmware that trusts %j starts the program: %s', (trusted, starts) => {
  expect(isTrusted(readSignatures(program), trusted)).toBe(starts);
});
