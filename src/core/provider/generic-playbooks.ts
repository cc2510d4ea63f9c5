import type { Playbook } from "./playbook.ts";

/** What kind of credential a rule finds, as far as it matters for what to do about it. */
export type CredentialKind =
  "webhook" | "client-secret" | "private-key" | "password" | "signed-token" | "wallet" | "session" | "api-key";

/** Told by how rules are named; the first that fits. */
const kinds: readonly (readonly [RegExp, CredentialKind])[] = [
  [/^(?:aptos|bitcoin|cardano|ethereum|near|polymarket|ripple|solana|stellar|sui|tezos)-/, "wallet"],
  [/webhook|hook-url/, "webhook"],
  [/cookie|session/, "session"],
  [/^(?:jwt|generic-jwt)/, "signed-token"],
  [
    /^private-keys-|private-key$|-seed$|^age-|jwk|-unseal-key$|fernet|static-key$|^kubernetes-client-key$/,
    "private-key",
  ],
  [/client-secret|app-secret|consumer-secret|oauth-secret|shared-secret|application-secret/, "client-secret"],
  [/password|url-credentials|^generic-(?:basic|command|sql)/, "password"],
];

/** The steps that are right for a kind of credential at any provider. */
const playbooks: Readonly<Record<CredentialKind, Omit<Playbook, "links">>> = {
  "api-key": {
    issue: [
      "Sign in to {name} as the owner of the key and open the page of API keys or access tokens, mostly under account or developer settings.",
      "Make a new key with the fewest rights that do and, where that can be chosen, a date of expiry.",
      "Put it into the manager of secrets that the software reads it from, never into the code, and roll it out.",
    ],
    revoke: [
      "See that the software works with the new key.",
      "On the same page, find the old key by its name, its date or the characters that are shown, and delete it.",
      "Look through the account's log of activity for use of the old key that was not yours.",
    ],
    reach: ["Whatever the key was given rights for at {name}: data can be read, changed or deleted, and costs run up."],
    overlap: "unknown",
  },
  "client-secret": {
    issue: [
      "Open the application (client) that the secret belongs to in {name}'s developer console.",
      "Add a second secret if the console allows it, else replace the secret, and give it to the software at once.",
    ],
    revoke: [
      "Delete the old secret of the application once nothing uses it.",
      "Revoke tokens that were given out with it where the console offers that: they can outlive the secret.",
    ],
    reach: [
      "Whoever has it can pose as the application: exchange codes and refresh tokens of its users, and act in its name.",
    ],
    overlap: "unknown",
  },
  webhook: {
    issue: [
      "Make a new incoming webhook for the same channel or workflow in {name}, and give its address to the software.",
    ],
    revoke: ["Delete or regenerate the old webhook in {name}: its address is all that is needed to use it."],
    reach: ["Anybody can post in its name: messages that lure people, or false input for what it starts."],
    overlap: "possible",
  },
  "private-key": {
    issue: [
      "Find out what the key opens: certificates with its public half, authorized_keys files, accounts it signs for.",
      "Make a new pair of keys where it will be used, so that the private half never travels.",
      "Put the new public half wherever the old one is trusted.",
    ],
    revoke: [
      "Take the old public half out of everything that trusts it: authorized_keys, deploy keys, trust stores.",
      "Have the issuer revoke certificates with it, with the reason keyCompromise, and get new ones.",
    ],
    reach: [
      "Whatever trusts the public half: logins, signatures in its name, traffic that can be read or answered in its stead.",
    ],
    overlap: "possible",
  },
  password: {
    issue: [
      "Make a second account (role) with the same rights and a new random password, or set a new password at once if a short interruption does no harm.",
      "Put it into the manager of secrets that the software reads it from, and roll it out.",
    ],
    revoke: [
      "Change the old password or remove the old account, and end the sessions that are open with it.",
      "Change it everywhere else where the same password was used.",
    ],
    reach: ["Everything the account may do, from wherever its server can be reached."],
    overlap: "impossible",
  },
  "signed-token": {
    issue: ["Have the issuer give out a new token: sign in again, or ask its token endpoint."],
    revoke: [
      "End the session or revoke the token at its issuer; if that cannot be done, it works until it expires.",
      "If it does not expire, change the key it was signed with: that ends all tokens of that key.",
    ],
    reach: ["Whatever its audience lets its subject do, until it expires."],
    overlap: "possible",
  },
  wallet: {
    issue: ["Make a new wallet (account) on a device that never saw the old key."],
    revoke: [
      "Move everything of value to the new wallet at once: a key of a wallet cannot be revoked.",
      "Take back approvals and roles that the old account has in contracts.",
    ],
    reach: ["All that the account holds, for ever and without a way back."],
    overlap: "possible",
  },
  session: {
    issue: ["Sign in again; use an API token of its own for software instead of a person's session."],
    revoke: ["Sign out of all sessions of the person at {name}, and change the password if it may have leaked too."],
    reach: ["Everything the person can do at {name}, mostly without being asked for a second factor."],
    overlap: "possible",
  },
};

type Who = { readonly name: string; readonly homepage: string | null; readonly docs: readonly string[] };

export function credentialKindOf(ruleId: string): CredentialKind {
  return kinds.find(([pattern]) => pattern.test(ruleId))?.[1] ?? "api-key";
}

/** The playbook for credentials of a rule whose provider has none of its own. */
export function genericPlaybook(ruleId: string, { name, homepage, docs }: Who): Playbook {
  const { issue, revoke, reach, overlap } = playbooks[credentialKindOf(ruleId)];
  const named = (lines: readonly string[]): readonly string[] =>
    lines.map((line) => line.replaceAll("{name}", name === "Generic" ? "the service" : name));
  const pages = docs.map((url) => ({ title: `${name}: documentation`, url }));
  return {
    issue: named(issue),
    revoke: named(revoke),
    reach: named(reach),
    overlap,
    links: pages.length === 0 && homepage !== null ? [{ title: name, url: homepage }] : pages,
  };
}
