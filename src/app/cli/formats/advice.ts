import type { Finding } from "../../../core/scan/finding.ts";

/** What to do about a finding, in a line. */
export function adviceFor({ provider }: Pick<Finding, "provider">): string {
  const where = provider === "Generic" || provider === "Custom" ? "where it is valid" : `at ${provider}`;
  return `Revoke it ${where} and put the new one where only those who need it can read it; removing the line does not undo the leak.`;
}
