import { daysBetween } from "../age.ts";
import { given, notApplicable, passUnless, type PostureCheck } from "../check.ts";

export const deployKeysInUse: PostureCheck = {
  id: "deploy-keys-in-use",
  subject: "repository",
  title: "Every deploy key is in use",
  why: "A key nobody uses is one nobody misses when it is stolen.",
  remedy: "Settings → Deploy keys: delete the keys named here.",
  needs: ["deployKeys"],
  evaluate: ({ deployKeys }, { unusedKeyDays }, now) =>
    given(deployKeys, (keys) => {
      if (keys.length === 0) return notApplicable("there are no deploy keys");
      const unused = keys.flatMap(({ title, createdAt, lastUsedAt }) => {
        const days = daysBetween(lastUsedAt ?? createdAt, now);
        if (days <= unusedKeyDays) return [];
        return [
          `“${title}”: ${lastUsedAt === null ? `made ${days} days ago and never used` : `last used ${days} days ago`}`,
        ];
      });
      return passUnless(unused, `${keys.length} keys, all used within ${unusedKeyDays} days`);
    }),
};
