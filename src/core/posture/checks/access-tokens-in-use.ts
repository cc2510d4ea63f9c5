import { daysBetween } from "../age.ts";
import { given, notApplicable, passUnless, type PostureCheck } from "../check.ts";

export const accessTokensInUse: PostureCheck = {
  id: "access-tokens-in-use",
  subject: "organization",
  title: "Every personal access token is in use",
  why: "A token nobody uses is one nobody misses when it is stolen.",
  remedy: "Organization settings → Personal access tokens → Active tokens: revoke the tokens named here.",
  needs: ["accessTokens"],
  evaluate: ({ accessTokens }, { unusedKeyDays }, now) =>
    given(accessTokens, (tokens) => {
      if (tokens.length === 0) return notApplicable("no fine-grained token has access");
      const unused = tokens.flatMap(({ owner, name, grantedAt, lastUsedAt }) => {
        const days = daysBetween(lastUsedAt ?? grantedAt, now);
        if (days <= unusedKeyDays) return [];
        const when = lastUsedAt === null ? `granted ${days} days ago and never used` : `last used ${days} days ago`;
        return [`“${name}” of @${owner}: ${when}`];
      });
      return passUnless(unused, `${tokens.length} fine-grained tokens, all used within ${unusedKeyDays} days`);
    }),
};
