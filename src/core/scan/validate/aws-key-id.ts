import type { ChecksumResult } from "./token-checksum.ts";

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * Whether an AWS access key id carries an account number, as ids of this form have done since 2019: base 32 of an 48-bit number
 * after the four letters, of which bits 7 to 46 are the account. (Described by Aidan Steele, "AWS Access Key ID formats".)
 */
export function checkAwsKeyId(keyId: string): ChecksumResult {
  const account = awsAccountOf(keyId);
  return account === null
    ? { ok: false, detail: "it holds no AWS account number" }
    : { ok: true, detail: "it holds an AWS account number" };
}

/** The 12-digit account number inside an AWS access key id; `null` if there cannot be one. */
export function awsAccountOf(keyId: string): string | null {
  let value = 0n;
  for (const char of keyId.slice(4, 14)) {
    const digit = base32.indexOf(char);
    if (digit < 0) return null;
    value = value * 32n + BigInt(digit);
  }
  // 10 characters are 50 bits: the first 48 are the six bytes, of which the first bit is not used.
  const account = ((value >> 2n) & 0x7fffffffff80n) >> 7n;
  return account > 0n && account < 1_000_000_000_000n ? String(account).padStart(12, "0") : null;
}
