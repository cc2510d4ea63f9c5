import type { PostureCheck } from "../check.ts";
import { judgeAges } from "../secrets-claim.ts";

export const organizationSecretsRotated: PostureCheck = {
  id: "organization-secrets-rotated",
  subject: "organization",
  title: "The organization's stored secrets are rotated in time",
  why: "A secret that many repositories share has many places to leak from.",
  remedy:
    "Make a new key at the provider, set it as the secret's value, let both live for 24 to 48 hours, revoke the old one.",
  needs: ["organizationSecrets"],
  evaluate: ({ organizationSecrets }, terms, now) => judgeAges(organizationSecrets, terms, now),
};
