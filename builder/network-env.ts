/** Names by which a shell tells programs how to reach the network: proxies, certificates, and npm's own settings. */
const names = /^((https?|ftp|all|no)_proxy|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|npm_config_\w+)$/i;

/** The variables of our environment that programs which download get. */
export function networkEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => names.test(entry[0]) && entry[1] !== undefined),
  );
}
