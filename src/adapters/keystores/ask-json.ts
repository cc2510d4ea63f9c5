/** A store of secrets did not give what was asked for. The message names the store and what to do; never what it held. */
export class SecretUnavailable extends Error {
  override readonly name = "SecretUnavailable";
}

const patienceMs = 15_000;

/** Where secrets go over the wire it is encrypted; loopback has no wire. */
export function requireTls(address: string, name: string): URL {
  const url = URL.parse(address);
  if (url === null) throw new SecretUnavailable(`${name} is not an address: expected https://…`);
  const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback)) return url;
  throw new SecretUnavailable(`${name} begins with ${url.protocol}; secrets are only asked for over https.`);
}

/** Sends one request and gives status and JSON of the answer. Follows no redirect, as requests bear credentials. */
export async function askJson(
  send: typeof fetch,
  store: string,
  url: URL | string,
  request: RequestInit = {},
): Promise<{ readonly status: number; readonly json: unknown }> {
  let response: Response;
  try {
    response = await send(url, { ...request, redirect: "error", signal: AbortSignal.timeout(patienceMs) });
  } catch (cause) {
    // The name alone: the message of a request that failed may hold its address, which may hold a token.
    const reason = cause instanceof Error ? cause.name : "unknown";
    throw new SecretUnavailable(`${store} cannot be reached (${reason}). Check its address and the network.`);
  }
  const text = await response.text();
  try {
    return { status: response.status, json: text === "" ? null : JSON.parse(text) };
  } catch {
    return { status: response.status, json: null };
  }
}
