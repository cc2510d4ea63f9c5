import type { Opener } from "./opener.ts";
import { gapOf } from "./part.ts";

/** MS-OFFCRYPTO §2.3.2: the stream that holds a protected document. Directory entries are UTF-16. */
const protectedStream = Buffer.from("EncryptedPackage", "utf16le");

/**
 * Compound files: Office documents before 2007, whose text is in the file's own bytes, and newer ones under a password, whose text
 * is nowhere.
 */
export const openCompoundFile: Opener = async function* openCompoundFile({ bytes }) {
  const isProtected = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(protectedStream);
  if (isProtected) yield gapOf("", "encrypted", "An Office document protected by a password.");
};
