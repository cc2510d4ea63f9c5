import { ageOf, nameOf, type SecretAge } from "../age.ts";
import { fail, given, notApplicable, pass, type PostureCheck } from "../check.ts";

export const storedSecretsRotated: PostureCheck = {
  id: "stored-secrets-rotated",
  subject: "repository",
  title: "Stored secrets are rotated in time",
  why: "An old key has had a long time to leak unseen, and whoever left knows it still.",
  remedy:
    "Make a new key at the provider, set it as the secret's value, let both live for 24 to 48 hours, revoke the old one.",
  needs: ["secrets"],
  evaluate: ({ secrets }, terms, now) =>
    given(secrets, (stored) => {
      if (stored.length === 0) return notApplicable("no secrets are stored");
      const ages = stored.map((secret) => ageOf(secret, terms, now));
      const late = ages.filter(({ state }) => state === "late");
      const soon = ages.filter(({ state }) => state === "soon").map(told);
      if (late.length > 0) return fail(...late.map(told), ...soon);
      return pass(...soon, `${stored.length} stored secrets, none too old`);
    }),
};

const told = ({ secret, days, due, state, environmentClass }: SecretAge): string =>
  `${nameOf(secret)}: ${days} days old (${environmentClass}), ${state === "late" ? "was due" : "to be rotated by"} ${due}`;
