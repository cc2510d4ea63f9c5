/**
 * Removes credentials from text that git or a server wrote: the given secrets, user and password inside URLs, and
 * `Authorization` headers, wherever they stand.
 */
export function scrubCredentials(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret === "") continue;
    clean = clean.replaceAll(secret, "****").replaceAll(encodeURIComponent(secret), "****");
  }
  return clean
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, "$1****@")
    .replace(/\b(authorization:\s*)(?:[a-z]+\s+)?[^\s'"]+/gi, "$1****");
}
