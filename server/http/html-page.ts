import { createHash } from 'node:crypto';
import { html } from 'hono/html';
import { secureHeaders } from 'hono/secure-headers';

type Html = ReturnType<typeof html>;

const style = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ccc }
.ok { color: #060 } .failed { color: #a00 } pre { margin: 0; font: inherit; white-space: pre-wrap }
@media (prefers-color-scheme: dark) { body { background: #111; color: #ddd } .ok { color: #6c6 } .failed { color: #f77 } a { color: #8af } }`;

/** Lets a browser show an answer with this style only (CSP level 3), and run nothing; no other site may frame or read it. */
export const pageHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: [`'sha256-${createHash('sha256').update(style).digest('base64')}'`],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
  },
  crossOriginResourcePolicy: 'same-origin',
  xFrameOptions: 'DENY',
  // Browsers heed these only over TLS.
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  strictTransportSecurity: false,
});

/** A whole page; `isRenewed` has the browser load it again every five seconds. */
export function htmlPage(title: string, body: Html, isRenewed = false): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${isRenewed ? html`<meta http-equiv="refresh" content="5">` : ''}
<title>${title}</title><style>${style}</style></head>
<body>${body}</body></html>`;
}
