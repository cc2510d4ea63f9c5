import { daysBetween } from "../age.ts";
import { given, notApplicable, passUnless, type PostureCheck } from "../check.ts";

/** GitHub has no API that tells the policy; what it lets through shows it. */
export const accessTokensExpire: PostureCheck = {
  id: "access-tokens-expire",
  subject: "organization",
  title: "Personal access tokens end in time, and are for chosen repositories",
  why: "A token that never ends, for everything, is the key that a stolen laptop gives away.",
  remedy:
    "Organization settings → Personal access tokens: require approval, set a maximum lifetime, and restrict classic tokens; revoke the tokens named here.",
  needs: ["accessTokens"],
  evaluate: ({ accessTokens }, { maxAgeDays }, now) =>
    given(accessTokens, (tokens) => {
      if (tokens.length === 0) return notApplicable("no fine-grained token has access");
      const most = maxAgeDays.low;
      const wrong = tokens.flatMap(({ owner, name, grantedAt, expiresAt, everyRepository }) => {
        const called = `“${name}” of @${owner}`;
        const age = daysBetween(grantedAt, now);
        const life = expiresAt === null ? null : daysBetween(grantedAt, expiresAt);
        return [
          ...(life === null ? [`${called} never ends (${age} days old)`] : []),
          ...(life !== null && life > most + 1
            ? [`${called} lives for ${life} days, at most ${most} are allowed`]
            : []),
          ...(everyRepository ? [`${called} is for every repository`] : []),
        ];
      });
      return passUnless(wrong, `${tokens.length} fine-grained tokens, all end within ${most} days`);
    }),
};
