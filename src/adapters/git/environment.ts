/** The variables git may inherit: where programs are, how to get out to the network, where temporary files go. */
const inherited = [
  "PATH",
  "TMPDIR",
  "http_proxy",
  "https_proxy",
  "HTTPS_PROXY",
  "all_proxy",
  "ALL_PROXY",
  "no_proxy",
  "NO_PROXY",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "GIT_SSL_CAINFO",
];

/** Settings that hold for every git process of ours, instead of the machine's and the user's. */
const settings: Readonly<Record<string, string>> = {
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  // Maintenance happens when we say so: git's own would run beside a fetch and could drop objects that no ref names.
  "gc.auto": "0",
  "maintenance.auto": "false",
  "submodule.recurse": "false",
  "protocol.version": "2",
  "protocol.allow": "never",
};

/**
 * Settings of a fetch. Objects are not fsck'ed: real histories hold old oddities (zero-padded modes, odd dates) that fsck refuses,
 * and refusing to read them would hide them. Their hashes are always checked, and nothing is ever checked out.
 */
const fetchSettings: Readonly<Record<string, string>> = {
  "fetch.fsckObjects": "false",
  "transfer.fsckObjects": "false",
  // GitHub answers 301 for a renamed repository; only the first request of a fetch may be redirected.
  "http.followRedirects": "initial",
  // A connection that stands still is given up, so that the job can try again. A server that is busy making a pack still sends
  // a few bytes every five seconds.
  // Or later.
  "http.sslVersion": "tlsv1.2",
  "http.lowSpeedLimit": "1",
  "http.lowSpeedTime": "120",
  "credential.helper": "",
  // A cache lacks blobs on purpose. Only fetches are told: every other command must see a missing object as missing and
  // never go out to the network for it, one request each.
  "remote.origin.promisor": "true",
  "remote.origin.partialclonefilter": "blob:none",
};

/**
 * The environment of a git process in the bare repository `gitDir`. `GIT_DIR` is given outright, so that no discovery and no
 * ownership check takes place.
 */
export function localEnvironment(gitDir: string, outer: NodeJS.ProcessEnv): Record<string, string> {
  const environment: Record<string, string> = {
    GIT_DIR: gitDir,
    // Neither the user's settings nor the credentials in a ~/.netrc.
    HOME: "/nonexistent",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_LITERAL_PATHSPECS: "1",
    // Messages are recognised by their text.
    LC_ALL: "C",
    ...asVariables(settings),
  };
  for (const name of inherited) {
    const value = outer[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/** What a fetch from `url` with `token` adds: the only place where git is given them. Neither is on a command line or on disk. */
export function remoteEnvironment(url: string, token: string): Record<string, string> {
  const { protocol } = new URL(url);
  return asVariables({
    ...settings,
    ...fetchSettings,
    [`protocol.${protocol.slice(0, -1)}.allow`]: "always",
    "remote.origin.url": url,
    "http.extraHeader": `Authorization: Basic ${basicCredential(token)}`,
  });
}

/** User and password as GitHub wants them of an installation token. */
export function basicCredential(token: string): string {
  return Buffer.from(`x-access-token:${token}`).toString("base64");
}

/** Configuration by environment (git-config(1), `GIT_CONFIG_COUNT`). */
function asVariables(config: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(config);
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(entries.length) };
  for (const [index, [key, value]] of entries.entries()) {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return variables;
}
