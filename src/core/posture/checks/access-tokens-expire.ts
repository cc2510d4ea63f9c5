import { ageSince, ageText, daysBetween } from "../age.ts";
import { fail, given, notApplicable, pass, type PostureCheck } from "../check.ts";

/** GitHub has no API that tells the policy; what it lets through shows it. */
export const accessTokensExpire: PostureCheck = {
  id: "access-tokens-expire",
  subject: "organization",
  title: "Personal access tokens end in time, and are for chosen repositories",
  why: "A token that never ends, for everything, is the key that a stolen laptop gives away.",
  remedy:
    "Organization settings → Personal access tokens: require approval, set a maximum lifetime, and restrict classic tokens; revoke the tokens named here.",
  needs: ["accessTokens"],
  evaluate: ({ accessTokens }, terms, now) =>
    given(accessTokens, (tokens) => {
      if (tokens.length === 0) return notApplicable("no fine-grained token has access");
      const most = terms.maxAgeDays.low;
      const ages = tokens.map((token) => ({ token, age: ageSince(token.grantedAt, terms.otherwise, terms, now) }));
      const wrong = ages.flatMap(({ token: { owner, name, grantedAt, expiresAt, everyRepository }, age }) => {
        const called = `“${name}” of @${owner}`;
        const life = expiresAt === null ? null : daysBetween(grantedAt, expiresAt);
        return [
          ...(life === null ? [`${called} never ends`] : []),
          ...(life !== null && life > most + 1
            ? [`${called} lives for ${life} days, at most ${most} are allowed`]
            : []),
          ...(age.state === "late" ? [`${called}: ${ageText(age)}`] : []),
          ...(everyRepository ? [`${called} is for every repository`] : []),
        ];
      });
      const soon = ages.flatMap(({ token: { owner, name }, age }) =>
        age.state === "soon" ? [`“${name}” of @${owner}: ${ageText(age)}`] : [],
      );
      return wrong.length > 0
        ? fail(...wrong, ...soon)
        : pass(...soon, `${tokens.length} fine-grained tokens, all end within ${most} days`);
    }),
};
