import { daysBetween } from "../age.ts";
import { fail, inconclusive, notApplicable, pass, type PostureCheck } from "../check.ts";
import type { Fact, Unknown } from "../fact.ts";
import type { DeployKey, StoredSecret, StoredSecrets } from "../facts.ts";
import { type Named, type Overlap, overlapsIn } from "../overlap.ts";

/** The checklist's 24 to 48 hours. */
const allowedDays = 2;

export const overlapsEnded: PostureCheck = {
  id: "overlaps-ended",
  subject: "repository",
  title: "An old and a new key live side by side for two days at most",
  why: "A rotation is done when the old key is dead; until then both can be stolen.",
  remedy: "See that nothing uses the old one any more, revoke it at the provider, and delete it here.",
  needs: ["secrets", "deployKeys"],
  evaluate: ({ secrets, deployKeys }, _terms, now) => {
    const found = [...secretOverlaps(secrets), ...keyOverlaps(deployKeys)];
    const long = found.filter(({ since }) => daysBetween(since, now) > allowedDays);
    const told = ({ kind, names, since }: Told): string =>
      `${kind} ${names.join(" and ")}: side by side since ${since.slice(0, 10)}`;
    if (long.length > 0) return fail(...long.map(told));
    const open = [...unreadOf(secrets), ...(deployKeys.kind === "unknown" ? [deployKeys] : [])];
    if (open.length > 0) return inconclusive(...open);
    const none =
      secrets.kind === "known" &&
      secrets.value.secrets.length === 0 &&
      deployKeys.kind === "known" &&
      deployKeys.value.length === 0;
    if (none) return notApplicable("there are no stored secrets and no deploy keys");
    return pass(...found.map(told), found.length === 0 ? "none overlap" : "none longer than that");
  },
};

type Told = Overlap & { readonly kind: string };

function secretOverlaps(fact: Fact<StoredSecrets>): readonly Told[] {
  if (fact.kind === "unknown") return [];
  const placeOf = ({ store, environment }: StoredSecret): string =>
    environment === null ? `${store} secrets` : `secrets of the environment ${environment}`;
  return [...Map.groupBy(fact.value.secrets, placeOf)].flatMap(([kind, secrets]) =>
    overlapsIn(secrets.map(({ name, updatedAt }): Named => ({ name, since: updatedAt }))).map((one) => ({
      ...one,
      kind,
    })),
  );
}

const keyOverlaps = (fact: Fact<readonly DeployKey[]>): readonly Told[] =>
  fact.kind === "unknown"
    ? []
    : overlapsIn(fact.value.map(({ title, createdAt }): Named => ({ name: title, since: createdAt }))).map((one) => ({
        ...one,
        kind: "deploy keys",
      }));

const unreadOf = (fact: Fact<StoredSecrets>): readonly Unknown[] =>
  fact.kind === "unknown" ? [fact] : fact.value.unread;
