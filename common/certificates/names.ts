import { X509Certificate } from 'node:crypto';

/** Who a certificate belongs to, and who has signed the certificate. */
export type CertificateNames = { subject: string; issuer: string };

/** The common name in a distinguished name as node:crypto prints it, one attribute a line; without one, the whole name. */
function shortName(name: string): string {
  const lines = name.split('\n');
  return lines.find((line) => line.startsWith('CN='))?.slice('CN='.length) ?? lines.join(', ');
}

/** The names in an X.509 certificate; undefined if the bytes are no certificate. */
export function certificateNames(der: Uint8Array): CertificateNames | undefined {
  try {
    const { subject, issuer } = new X509Certificate(der);
    return { subject: shortName(subject), issuer: shortName(issuer) };
  } catch {
    return undefined;
  }
}
