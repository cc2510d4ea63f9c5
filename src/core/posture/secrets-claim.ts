import { ageOf, ageText, nameOf, type SecretAge } from "./age.ts";
import { fail, given, inconclusive, type Judgement, notApplicable, pass } from "./check.ts";
import type { Fact } from "./fact.ts";
import type { StoredSecrets } from "./facts.ts";
import type { PostureTerms } from "./terms.ts";

/** Whether none of the stored secrets is too old. One that is too old counts even where other stores could not be read. */
export const judgeAges = (stored: Fact<StoredSecrets>, terms: PostureTerms, now: string): Judgement =>
  given(stored, ({ secrets, unread }) => {
    const ages = secrets.map((secret) => ageOf(secret, terms, now));
    const late = ages.filter(({ state }) => state === "late");
    const soon = ages.filter(({ state }) => state === "soon").map(told);
    const notRead = unread.map(({ reason }) => reason);
    if (late.length > 0) return fail(...late.map(told), ...soon, ...notRead);
    if (unread.length > 0) return inconclusive(...unread);
    if (secrets.length === 0) return notApplicable("no secrets are stored");
    return pass(...soon, `${secrets.length} stored secrets, none too old`);
  });

const told = (age: SecretAge): string => `${nameOf(age.secret)}: ${ageText(age)}`;
