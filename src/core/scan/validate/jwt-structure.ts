import { fromByteText } from "../byte-text.ts";
import { decodeBase64 } from "../decode/base64-alphabet.ts";
import type { ChecksumResult } from "./token-checksum.ts";

/** Whether a JSON Web Token has a header with an algorithm and a payload that are JSON objects (RFC 7519). */
export function checkJwtStructure(token: string): ChecksumResult {
  const [header = "", payload = ""] = token.split(".");
  const head = jsonObject(header);
  if (head === null) return { ok: false, detail: "its header is not JSON" };
  if (!("alg" in head) && !("enc" in head)) return { ok: false, detail: "its header names no algorithm" };
  const encrypted = "enc" in head;
  if (!encrypted && jsonObject(payload) === null) return { ok: false, detail: "its payload is not JSON" };
  return { ok: true, detail: "its header and payload are those of a JSON Web Token" };
}

function jsonObject(base64url: string): object | null {
  const text = decodeBase64(base64url);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(fromByteText(text));
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null; // Not JSON: that is the answer.
  }
}
