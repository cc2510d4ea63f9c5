/**
 * The form of a secret (a byte string) that its fingerprint is made of: the same key gives the same form however it is indented,
 * escaped or wrapped. Only PEM blocks need that; other secrets stand as they are.
 */
export function normalizeSecret(secret: string): string {
  if (!secret.includes("-----BEGIN ")) return secret.trim();
  return secret.replace(/\\[rnt]/g, "").replace(/[^A-Za-z0-9+/=-]/g, "");
}
