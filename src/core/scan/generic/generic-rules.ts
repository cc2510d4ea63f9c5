import type { Rule } from "../rules/rule.ts";
import { detectorRule } from "./detector-rule.ts";
import { assignmentRule } from "./find-assignments.ts";
import { basicRule, bearerRule } from "./find-authorization.ts";
import { commandRule, sqlRule } from "./find-command-passwords.ts";
import { jwkRule } from "./find-jwks.ts";
import { jwtRule } from "./find-jwts.ts";
import { urlRule } from "./find-url-credentials.ts";
import { meaningOfName, type NameClass } from "./credential-names.ts";
import type { NamedValue } from "./named-value.ts";

const assignmentRules: Readonly<Record<NameClass, Rule>> = {
  password: detectorRule("generic-password", "Password", "high", 10),
  secret: detectorRule("generic-secret", "Secret", "high", 10),
  token: detectorRule("generic-token", "Token", "high", 10),
  "api-key": detectorRule("generic-api-key", "API key", "high", 10),
  key: detectorRule("generic-key", "Key", "medium", 10),
  auth: detectorRule("generic-credential", "Credential", "high", 10),
  none: detectorRule("generic-other", "Possible credential", "medium", 10),
};

const otherRules: ReadonlyMap<string, Rule> = new Map(
  [
    detectorRule(urlRule, "Password in a URL", "high", 30),
    detectorRule(basicRule, "Basic authorization", "high", 20),
    detectorRule(bearerRule, "Authorization token", "high", 20),
    detectorRule(jwkRule, "Private JSON Web Key", "high", 30),
    detectorRule(jwtRule, "JSON Web Token", "medium", 30),
    detectorRule(commandRule, "Password on a command line", "high", 20),
    detectorRule(sqlRule, "Password in an SQL statement", "high", 20),
  ].map((rule) => [rule.id, rule]),
);

/** The rules of the generic detector. */
export const genericRules: readonly Rule[] = [...Object.values(assignmentRules), ...otherRules.values()];

/** The rule a named value is reported under: that of its detector, or of the class of its name. */
export function ruleOf({ ruleId, name }: NamedValue): Rule {
  if (ruleId === assignmentRule) return assignmentRules[meaningOfName(name).class];
  return otherRules.get(ruleId) ?? assignmentRules.none;
}
