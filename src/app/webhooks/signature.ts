import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Whether `header` (`X-Hub-Signature-256`) is the HMAC-SHA256 of the raw body under one of the secrets. Takes the same time
 * wherever it differs and whichever secret fits.
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function isSigned(body: Uint8Array, header: string, secrets: readonly string[]): boolean {
  const given = signatureOf(header);
  if (!given) return false;
  let fits = false;
  for (const secret of secrets) {
    const expected = createHmac("sha256", secret).update(body).digest();
    fits = timingSafeEqual(expected, given) || fits;
  }
  return fits;
}

/** The signature that a header holds; null if it does not have the form of one. */
export function signatureOf(header: string | undefined): Buffer | null {
  const hex = /^sha256=([0-9a-f]{64})$/.exec(header ?? "")?.[1];
  return hex === undefined ? null : Buffer.from(hex, "hex");
}

/** Throws when there is no secret to check signatures with, or an empty one, which would let anybody in. */
export function requireSecrets(secrets: readonly string[]): void {
  if (secrets.length > 0 && secrets.every((secret) => secret.trim() !== "")) return;
  throw new Error(
    "There is no webhook secret (or an empty one), so that anybody could send webhooks. " +
      "Set WEBHOOK_SECRET to the secret in your GitHub App's settings; make one with `openssl rand -hex 32`.",
  );
}
