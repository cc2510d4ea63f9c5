/**
 * What may be shown of a secret: its public prefix and at most four characters, never more than a quarter of the part
 * that is secret. The length is not shown.
 */
export function maskOf(secret: string, publicPrefix = ""): string {
  const prefix = secret.startsWith(publicPrefix) ? publicPrefix : "";
  const rest = secret.slice(prefix.length).replace(/\s+/g, " ");
  const shown = Math.min(4, Math.floor(rest.length / 8));
  return `${prefix}${rest.slice(0, shown)}****`;
}
