import { createHash } from "node:crypto";

/** Signs a text: RSA, PKCS #1 v1.5, SHA-256. */
export type RemoteSigner = (text: Uint8Array, digest: Uint8Array) => Promise<Uint8Array>;

/** GitHub takes ten minutes at most, and clocks differ. */
const lifeSeconds = 9 * 60;
const backdatedSeconds = 30;
/** One is used again while it lives so much longer: each asks the signer. */
const marginSeconds = 60;

/**
 * Gives what makes the app's JWTs where the key is elsewhere. `timeDifference`: by how many seconds GitHub's clock is ahead.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export function createAppJwt(
  sign: RemoteSigner,
  now: () => Date,
): (appId: string | number, timeDifference?: number) => Promise<{ readonly jwt: string; readonly expiresAt: string }> {
  let last: { readonly jwt: string; readonly expiresAt: string; readonly madeFor: string } | null = null;
  return async (appId, timeDifference = 0) => {
    const madeFor = `${appId} ${timeDifference}`;
    const usableUntil = now().getTime() + (timeDifference + marginSeconds) * 1000;
    if (last?.madeFor === madeFor && Date.parse(last.expiresAt) > usableUntil) return last;
    const issuedAt = Math.floor(now().getTime() / 1000) + timeDifference - backdatedSeconds;
    const expires = issuedAt + lifeSeconds;
    const claims = { iat: issuedAt, exp: expires, iss: String(appId) };
    const text = [{ alg: "RS256", typ: "JWT" }, claims].map(encoded).join(".");
    const bytes = Buffer.from(text);
    const signature = await sign(bytes, createHash("sha256").update(bytes).digest());
    const jwt = `${text}.${Buffer.from(signature).toString("base64url")}`;
    last = { jwt, expiresAt: new Date(expires * 1000).toISOString(), madeFor };
    return last;
  };
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
