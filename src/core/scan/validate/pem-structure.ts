import { decodeBase64 } from "../decode/base64-alphabet.ts";
import type { ChecksumResult } from "./token-checksum.ts";

/**
 * Whether a PEM block (RFC 7468) holds what it says: base64 that decodes to DER (a SEQUENCE), to OpenSSH's own format, or to an
 * OpenPGP packet. Escaped newlines, quotes and indentation, as in JSON and YAML, are read over.
 */
export function checkPemStructure(pem: string): ChecksumResult {
  const inner = /-----BEGIN [^-]*-----([^]*?)(?:-----END|$)/.exec(pem)?.[1];
  if (inner === undefined) return { ok: false, detail: "it is not a PEM block" };
  const lines = inner.replace(/\\r|\\n/g, "\n").split("\n");
  const body = lines.filter((line) => !/^\W*[A-Za-z-]+: /.test(line) && !/^\s*=[\w+/]{4}\s*$/.test(line));
  const data = decodeBase64(body.join("").replace(/[^A-Za-z0-9+/]/g, ""));
  if (data === null || data.length < 32) return { ok: false, detail: "its body is not base64 of a key" };
  const encrypted = /ENCRYPTED/.test(pem);
  const known = data.startsWith("\x30") || data.startsWith("openssh-key-v1\0") || data.charCodeAt(0) >= 0x80;
  if (known) return { ok: true, detail: "its body decodes to a key structure" };
  return encrypted
    ? { ok: true, detail: "its body is encrypted" }
    : { ok: false, detail: "its body does not decode to a key structure" };
}
