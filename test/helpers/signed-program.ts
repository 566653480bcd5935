/** Certificates made for tests by openssl(1): a certificate authority, and a signer whose certificate the authority has signed. */
export const certificates = {
  authority: Buffer.from(
    'MIIBuTCCAV+gAwIBAgIUOyl16+pCog2yA0/OyDRfjSBiDYAwCgYIKoZIzj0EAwIwMTEQMA4GA1UECgwHRXhhbXBsZTEdMBsGA1UEAwwURXhhbXBsZSBVRUZJIENBIDIwMjMwIBcNMjYxMTI3MjE1NDI5WhgPMjEyNjExMDMyMTU0MjlaMDExEDAOBgNVBAoMB0V4YW1wbGUxHTAbBgNVBAMMFEV4YW1wbGUgVUVGSSBDQSAyMDIzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEgX+fpFtlQTsbi848zToxFgHeAxtx1MDmakEgHJdZCgJjEu2AJe0glfuDO172ZXHgsrInS4Cff0sK7pEOxFK9eKNTMFEwHQYDVR0OBBYEFLSWd9n08vmpoWZ9TVN7frCpvpLaMB8GA1UdIwQYMBaAFLSWd9n08vmpoWZ9TVN7frCpvpLaMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgDO5M+Ha31T81JeMg1Tth/pQvMt25CKrW4rr2cBxAvpoCIQCgEP+/K5oFJfFzeBHaXB0f4L31Oy2M0bjy7tqcy2269Q==',
    'base64',
  ),
  signer: Buffer.from(
    'MIIBSjCB8QIBBzAKBggqhkjOPQQDAjAxMRAwDgYDVQQKDAdFeGFtcGxlMR0wGwYDVQQDDBRFeGFtcGxlIFVFRkkgQ0EgMjAyMzAgFw0yNjExMjcyMTU0MjlaGA8yMTI2MTEwMzIxNTQyOVowMDEQMA4GA1UECgwHRXhhbXBsZTEcMBoGA1UEAwwTRXhhbXBsZSBVRUZJIHNpZ25lcjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBe88fD3XtxSyBhskwewUURjSEwofl8fsVeAzr9xto5nR1CiAiKr3dKVMLa1dSni4S5OjFkZMkEkNLT+9AL80dIwCgYIKoZIzj0EAwIDSAAwRQIhALPSRoYXc/4DiIrRnxiN3uvtGQJeLtR6XcXtUBjfag4MAiBhayDgqyOwyr9HnWVS710rFthU0dzlUtR8RfDXlIbSTg==',
    'base64',
  ),
};

/** An element of DER with this content. */
function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const length = Buffer.alloc(body.length < 0x80 ? 1 : 3);
  if (body.length < 0x80) length[0] = body.length;
  else {
    length[0] = 0x82;
    length.writeUInt16BE(body.length, 1);
  }
  return Buffer.concat([Buffer.from([tag]), length, body]);
}

/** An entry of the table of signatures: SignedData of PKCS#7 (RFC 2315) with these certificates, and without a signer. */
export function signature(...held: readonly Buffer[]): Buffer {
  const signedDataId = der(6, Buffer.from('2a864886f70d010702', 'hex'));
  const empty = der(0x31);
  const signed = der(0x30, der(2, Buffer.from([1])), empty, der(0x30), der(0xa0, ...held), empty);
  const content = der(0x30, signedDataId, der(0xa0, signed));
  const entry = Buffer.alloc(Math.ceil((8 + content.length) / 8) * 8);
  entry.writeUInt32LE(8 + content.length, 0);
  entry.writeUInt16LE(0x200, 4);
  entry.writeUInt16LE(2, 6);
  content.copy(entry, 8);
  return entry;
}

/** A PE32+ program without code, with these signatures. */
export function signedProgram(...signatures: readonly Buffer[]): Buffer {
  const table = Buffer.concat(signatures);
  const head = Buffer.alloc(0x200);
  head.write('MZ', 0, 'latin1');
  head.writeUInt32LE(0x80, 0x3c);
  head.write('PE\0\0', 0x80, 'latin1');
  const optional = 0x80 + 24;
  head.writeUInt16LE(0x20b, optional);
  head.writeUInt32LE(16, optional + 108);
  head.writeUInt32LE(table.length === 0 ? 0 : head.length, optional + 112 + 32);
  head.writeUInt32LE(table.length, optional + 112 + 36);
  return Buffer.concat([head, table]);
}

/** An EFI_SIGNATURE_LIST with one signature. */
export function signatureList(certificate: Buffer, type = 'a159c0a5e494a74a87b5ab155c2bf072'): Buffer {
  const head = Buffer.alloc(28 + 16);
  Buffer.from(type, 'hex').copy(head);
  head.writeUInt32LE(head.length + certificate.length, 16);
  head.writeUInt32LE(16 + certificate.length, 24);
  return Buffer.concat([head, certificate]);
}
