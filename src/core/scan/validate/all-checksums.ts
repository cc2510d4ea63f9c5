import { checkAwsKeyId } from "./aws-key-id.ts";
import { checkJwtStructure } from "./jwt-structure.ts";
import { checkPemStructure } from "./pem-structure.ts";
import { checkTokenCrc, type ChecksumResult } from "./token-checksum.ts";

/** The offline checks a rule can name in `checksum`. */
export const checksumNames = ["github-crc32", "npm-crc32", "jwt", "pem", "aws-key-id"] as const;
export type ChecksumName = (typeof checksumNames)[number];

/** Each takes a secret as a byte string. A wrong checksum makes a finding less certain, never unseen. */
export const checksums: Readonly<Record<ChecksumName, (secret: string) => ChecksumResult>> = {
  "github-crc32": checkTokenCrc,
  "npm-crc32": checkTokenCrc,
  jwt: checkJwtStructure,
  pem: checkPemStructure,
  "aws-key-id": checkAwsKeyId,
};
