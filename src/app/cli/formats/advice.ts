import { credentialKindOf, type CredentialKind } from "../../../core/provider/generic-playbooks.ts";
import type { Finding } from "../../../core/scan/finding.ts";

/** Of these files of patterns the name is that of a format or a program: there is nobody to revoke anything. */
const nobody = new Set([".netrc", "age", "Custom", "Django", "FileZilla", "Generic", "Kubernetes", "Password hashes"]);

/** What is not revoked as an API key or a password is. */
const otherwise: Readonly<Partial<Record<CredentialKind, string>>> = {
  wallet: "Move everything of value to a new wallet at once, as the key of a wallet cannot be revoked",
  "private-key": "Make a new pair of keys, and take the public half of this one out of everything that trusts it",
  "signed-token": "Revoke it at its issuer, or change the key it was signed with",
};

/** What to do about a finding, in a line. `publicity`: what is said of a key that is made to be seen by everybody. */
export function adviceFor(
  { ruleId, provider }: Pick<Finding, "ruleId" | "provider">,
  publicity: string | null,
): string {
  if (publicity !== null) return `It is ${publicity}: nothing need be done while that holds.`;
  const where = nobody.has(provider) ? "where it is valid" : `at ${provider}`;
  const usual = `Revoke it ${where} and put the new one where only those who need it can read it`;
  return `${otherwise[credentialKindOf(ruleId)] ?? usual}; removing the line does not undo the leak.`;
}
