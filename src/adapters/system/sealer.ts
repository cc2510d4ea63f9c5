import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { Sealer } from "../../flows/ports/system.ts";

/** AES-256-GCM with the sizes of NIST SP 800-38D: a 96-bit random nonce, a 128-bit tag. */
const cipher = "aes-256-gcm";
const nonceLength = 12;
const tagLength = 16;

/** A master key (at least 32 bytes) and the number, 0 to 255, under which texts remember that it sealed them. */
export type SealingKey = { readonly id: number; readonly master: Uint8Array };

/**
 * Seals with the first key and opens with any of them, so that keys can be rotated. The key in use is derived from the master
 * key for this purpose alone (HKDF, RFC 5869). A sealed text is: key id, nonce, tag, ciphertext.
 */
export function createSealer(keys: readonly [SealingKey, ...SealingKey[]]): Sealer {
  const derived = new Map(keys.map((key) => [key.id, deriveKey(key)] as const));
  if (derived.size < keys.length) throw new Error("Two sealing keys have the same id; give each its own.");
  const [{ id }] = keys;
  return {
    knows: (key) => derived.has(key),
    seal: (bytes, context) => {
      const nonce = randomBytes(nonceLength);
      const sealing = createCipheriv(cipher, derived.get(id) ?? "", nonce, { authTagLength: tagLength });
      sealing.setAAD(Buffer.from(context));
      const text = Buffer.concat([sealing.update(bytes), sealing.final()]);
      return Buffer.concat([Uint8Array.of(id), nonce, sealing.getAuthTag(), text]);
    },
    open: (sealed, context) => {
      const key = derived.get(sealed[0] ?? -1);
      if (!key) throw new Error(`A stored text was sealed with key ${String(sealed[0])}, which is not configured.`);
      const rest = Buffer.from(sealed.buffer, sealed.byteOffset + 1, sealed.byteLength - 1);
      const opening = createDecipheriv(cipher, key, rest.subarray(0, nonceLength), { authTagLength: tagLength });
      opening.setAAD(Buffer.from(context));
      opening.setAuthTag(rest.subarray(nonceLength, nonceLength + tagLength));
      return Buffer.concat([opening.update(rest.subarray(nonceLength + tagLength)), opening.final()]);
    },
  };
}

function deriveKey({ id, master }: SealingKey): Buffer {
  if (!Number.isInteger(id) || id < 0 || id > 255) throw new Error(`A sealing key's id must be 0 to 255; it is ${id}.`);
  if (master.byteLength < 32) {
    throw new Error(`A sealing key's master key must have 32 bytes or more; key ${id} has ${master.byteLength}.`);
  }
  return Buffer.from(hkdfSync("sha256", master, "", "keyward sealed payloads", 32));
}
