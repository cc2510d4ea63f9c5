import { daysBetween } from "../age.ts";
import { given, notApplicable, passUnless, type PostureCheck } from "../check.ts";

export const deployKeysRotated: PostureCheck = {
  id: "deploy-keys-rotated",
  subject: "repository",
  title: "Deploy keys are rotated in time",
  why: "A deploy key never expires by itself, whoever has a copy of it.",
  remedy: "Make a new key pair on the machine that uses it, add it, let it be used, and delete the old one.",
  needs: ["deployKeys"],
  evaluate: ({ deployKeys }, { maxAgeDays, otherwise }, now) =>
    given(deployKeys, (keys) => {
      if (keys.length === 0) return notApplicable("there are no deploy keys");
      const most = maxAgeDays[otherwise];
      const old = keys
        .map(({ title, createdAt }) => ({ title, days: daysBetween(createdAt, now) }))
        .filter(({ days }) => days > most);
      return passUnless(
        old.map(({ title, days }) => `“${title}”: ${days} days old, at most ${most} are allowed`),
        `${keys.length} keys, none older than ${most} days`,
      );
    }),
};
