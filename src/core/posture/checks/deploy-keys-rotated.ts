import { ageSince, ageText } from "../age.ts";
import { fail, given, notApplicable, pass, type PostureCheck } from "../check.ts";

export const deployKeysRotated: PostureCheck = {
  id: "deploy-keys-rotated",
  subject: "repository",
  title: "Deploy keys are rotated in time",
  why: "A deploy key never expires by itself, whoever has a copy of it.",
  remedy: "Make a new key pair on the machine that uses it, add it, let it be used, and delete the old one.",
  needs: ["deployKeys"],
  evaluate: ({ deployKeys }, terms, now) =>
    given(deployKeys, (keys) => {
      if (keys.length === 0) return notApplicable("there are no deploy keys");
      const ages = keys.map(({ title, createdAt }) => ({ title, ...ageSince(createdAt, terms.otherwise, terms, now) }));
      const told = (of: "late" | "soon"): readonly string[] =>
        ages.filter(({ state }) => state === of).map((age) => `“${age.title}”: ${ageText(age)}`);
      const late = told("late");
      return late.length > 0
        ? fail(...late, ...told("soon"))
        : pass(...told("soon"), `${keys.length} keys, none older than ${terms.maxAgeDays[terms.otherwise]} days`);
    }),
};
