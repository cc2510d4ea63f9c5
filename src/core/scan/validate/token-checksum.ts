import { crc32, toBase62 } from "./crc32.ts";

const checksumLength = 6;

/** What checking a secret offline can say. `detail` is for people and holds nothing of the secret. */
export type ChecksumResult = { readonly ok: boolean; readonly detail: string };

/** The checksum that GitHub and npm put at the end of a token: CRC-32 of the part after the prefix, six base 62 digits. */
export function tokenChecksum(random: string): string {
  return toBase62(crc32(random), checksumLength);
}

/**
 * Checks a token `<prefix>_<random><checksum>`, as GitHub describes it:
 * https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 */
export function checkTokenCrc(token: string): ChecksumResult {
  const body = token.slice(token.lastIndexOf("_") + 1);
  const random = body.slice(0, -checksumLength);
  const ok = random.length > 0 && tokenChecksum(random) === body.slice(-checksumLength);
  return { ok, detail: ok ? "its CRC-32 checksum is right" : "its CRC-32 checksum is wrong" };
}
