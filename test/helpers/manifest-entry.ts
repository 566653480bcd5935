import type { ManifestEntry } from '../../server/images/manifest/entry.ts';

/** A regular file of a manifest, with one byte. */
export const manifestEntry = (name: string, more: Partial<ManifestEntry> = {}): ManifestEntry => ({
  name,
  type: 'f',
  mode: 0o644,
  uid: 0,
  gid: 0,
  sizeBytes: 1,
  mtime: '1',
  ctime: '1',
  ino: '1',
  hash: 'a'.repeat(64),
  attributes: '',
  target: '',
  sameAs: '',
  ...more,
});
