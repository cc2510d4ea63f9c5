import type { EvidenceSource } from "../confidence.ts";
import { type ChecksumName, checksums } from "../validate/all-checksums.ts";

/**
 * What a check is worth. A wrong CRC leaves a strong format at medium: older and internal tokens of the same form have none. Most
 * random ids pass the AWS check and old real ones do not, so it says little.
 */
const worth: Readonly<Record<ChecksumName, { readonly right: number; readonly wrong: number }>> = {
  "github-crc32": { right: 20, wrong: -25 },
  "npm-crc32": { right: 20, wrong: -25 },
  jwt: { right: 15, wrong: -40 },
  pem: { right: 15, wrong: -40 },
  "aws-key-id": { right: 5, wrong: -5 },
};

/** The offline check that the rule names. */
export const checksumEvidence: EvidenceSource = ({ rule, secret }) => {
  if (rule.checksum === null) return [];
  const { ok, detail } = checksums[rule.checksum](secret);
  return [{ what: detail, points: ok ? worth[rule.checksum].right : worth[rule.checksum].wrong }];
};
