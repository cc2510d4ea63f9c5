/**
 * Claims about what everybody can read anyway and no attacker gains by: these are named in a public repository. How it is protected,
 * which keys it holds and what its workflows let a stranger do is told where its maintainers alone read.
 */
const harmless: ReadonlySet<string> = new Set([
  "sensitive-files-ignored",
  "actions-pinned",
  "security-policy-present",
  "code-owners-present",
]);

/** Who can read what is said in a repository. */
export type Audience = "members" | "everyone";

export const mayBeSaid = (claim: string, audience: Audience): boolean => audience === "members" || harmless.has(claim);
