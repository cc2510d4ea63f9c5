import type { PostureCheck } from "../check.ts";
import { judgeAges } from "../secrets-claim.ts";

export const storedSecretsRotated: PostureCheck = {
  id: "stored-secrets-rotated",
  subject: "repository",
  title: "Stored secrets are rotated in time",
  why: "An old key has had a long time to leak unseen, and whoever left knows it still.",
  remedy:
    "Make a new key at the provider, set it as the secret's value, let both live for 24 to 48 hours, revoke the old one.",
  needs: ["secrets"],
  evaluate: ({ secrets }, terms, now) => judgeAges(secrets, terms, now),
};
