import * as z from "zod";
import { allChecks } from "./all-checks.ts";
import { wildmatch } from "./gitignore/wildmatch.ts";
import { environmentClasses, highest, postureDefaults, type EnvironmentClass, type PostureTerms } from "./terms.ts";

/**
 * What is done about a claim that is false, beyond saying so. `report`: what would be changed is shown. `propose`: a pull request, or a
 * plan that waits for a person. `enforce`: it is changed, and changed back when it drifts.
 */
export const fixModes = ["off", "report", "propose", "enforce"] as const;
export type FixMode = (typeof fixModes)[number];

const claim = z.enum(allChecks.map(({ id }) => id));
const environmentClass = z.enum(environmentClasses);
const days = z.int().positive();
const ofClasses = z.strictObject({ high: days, moderate: days, low: days }).partial();
const text = z.string().trim().min(1);
const repositoryName = z.string().regex(/^[^/\s]+\/[^/\s]+$/, "owner/name");

const waiver = z.strictObject({
  claim,
  reason: z.string().trim().min(10, "a reason, in ten characters or more"),
  by: text,
  expires: z.iso.date("a date such as 2027-01-31"),
  only: z.array(text).min(1).optional(),
  repositories: z.array(text).min(1).optional(),
});

/** The section `posture` of `.github/keyward.yml`, of a repository or of its organization. */
export const postureSection = z.strictObject({
  /** Approving reviews that a protected branch has to ask for. */
  "required-reviews": z.int().min(0).max(6).optional(),
  /** Branches that are to be protected beside the default one; `*` stands for anything but a slash, `**` for anything. */
  branches: z.array(text).optional(),
  /** Claims that are not asked for unless they are named. */
  "optional-claims": z.array(claim).optional(),
  "secret-classes": z
    .strictObject({
      /** The class of the secrets of an environment, by its name; `*` stands for anything. */
      environments: z.record(z.string(), environmentClass).optional(),
      /** The class of all other secrets of a repository, by the value of one of its custom properties. */
      property: z.strictObject({ name: text, values: z.record(z.string(), environmentClass) }).optional(),
      otherwise: environmentClass.optional(),
    })
    .optional(),
  "maximum-age-days": ofClasses.optional(),
  /** After how many days a person is asked to rotate a secret, before it is late. */
  "ask-after-days": ofClasses.optional(),
  "unused-key-days": days.optional(),
  /** False: no issue about the posture of a repository is opened. */
  issue: z.boolean().optional(),
  /** How often people are reminded of an issue that stays open; 0: never. */
  "remind-every-days": z.int().min(0).max(365).optional(),
  /** Where the organization's summary goes: counts in the organization's file alone. */
  summary: z.strictObject({ repository: repositoryName }).optional(),
  waivers: z.array(waiver).optional(),
  /** What is done about each claim that is false; `off` where nothing is said. */
  fixes: z.partialRecord(claim, z.enum(fixModes)).optional(),
});
export type PostureSection = z.infer<typeof postureSection>;

/** Somebody's word that a claim need not be true for a while. It never hides the claim. */
export type Waiver = {
  readonly claim: string;
  readonly reason: string;
  readonly by: string;
  /** The last day on which it counts, UTC. */
  readonly expires: string;
  /** Counts only for what is found that has one of these in it; null: for all of the claim. */
  readonly only: readonly string[] | null;
  /** Whose word it is. */
  readonly from: "repository" | "organization";
};

/** What is wanted of the posture of a repository. */
export type PostureConfig = Omit<PostureTerms, "appId" | "checkName"> & {
  readonly issue: boolean;
  /** 0: never. */
  readonly remindEveryDays: number;
  /** Where the organization's summary goes; null: where it usually does. */
  readonly summaryIn: { readonly owner: string; readonly name: string } | null;
  readonly waivers: readonly Waiver[];
  readonly fixes: Readonly<Record<string, FixMode>>;
};

/**
 * What an organization and one of its repositories want, together. The repository may ask for more than its organization and never
 * for less: that takes a waiver, which is shown. So the stricter of two numbers holds, and everything either of them names.
 */
export function toPostureConfig(
  organization: PostureSection,
  repository: PostureSection,
  repositoryName: string,
): PostureConfig {
  const both = [organization, repository];
  const [owner, name] = organization.summary?.repository.split("/") ?? [];
  const ask = ofEachClass((of) =>
    strictest(
      both.map((one) => one["ask-after-days"]?.[of]),
      postureDefaults.askAfterDays[of],
    ),
  );
  const most = ofEachClass((of) =>
    strictest(
      both.map((one) => one["maximum-age-days"]?.[of]),
      postureDefaults.maxAgeDays[of],
    ),
  );
  return {
    reviews: Math.max(...(given(both.map((one) => one["required-reviews"])) ?? [postureDefaults.reviews])),
    branches: [...new Set(both.flatMap(({ branches }) => branches ?? []))],
    optional: [...new Set(both.flatMap((one) => one["optional-claims"] ?? []))],
    maxAgeDays: most,
    askAfterDays: ofEachClass((of) => Math.min(ask[of], most[of])),
    ...classesOf(organization["secret-classes"], repository["secret-classes"]),
    unusedKeyDays: strictest(
      both.map((one) => one["unused-key-days"]),
      postureDefaults.unusedKeyDays,
    ),
    issue: repository.issue ?? organization.issue ?? true,
    remindEveryDays: repository["remind-every-days"] ?? organization["remind-every-days"] ?? 7,
    summaryIn: owner !== undefined && name !== undefined ? { owner, name } : null,
    waivers: [
      ...(organization.waivers ?? [])
        .filter(({ repositories }) => repositories === undefined || repositories.some(named(repositoryName)))
        .map((one) => toWaiver(one, "organization")),
      ...(repository.waivers ?? []).map((one) => toWaiver(one, "repository")),
    ],
    fixes: Object.fromEntries(
      allChecks.map(({ id }) => [id, furthest(both.map(({ fixes }) => fixes?.[id] ?? "off"))] as const),
    ),
  };
}

type Classes = PostureSection["secret-classes"];

function classesOf(
  organization: Classes,
  repository: Classes,
): Pick<PostureConfig, "classOfEnvironment" | "classOfProperty" | "otherwise"> {
  const both = [organization, repository];
  const wanted = both.flatMap((one) => Object.entries(one?.environments ?? {}));
  const ofEnvironment = Map.groupBy(wanted, ([name]) => name.toLowerCase());
  return {
    classOfEnvironment: {
      ...postureDefaults.classOfEnvironment,
      ...Object.fromEntries([...ofEnvironment].map(([name, found]) => [name, highest(found.map(([, of]) => of))])),
    },
    classOfProperty: both.flatMap((one) => one?.property ?? []),
    otherwise: highest(given(both.map((one) => one?.otherwise)) ?? [postureDefaults.otherwise]),
  };
}

const ofEachClass = <T>(value: (of: EnvironmentClass) => T): Record<EnvironmentClass, T> => ({
  high: value("high"),
  moderate: value("moderate"),
  low: value("low"),
});

/** What was said, or null if nothing was. */
function given<T>(values: readonly (T | undefined)[]): readonly T[] | null {
  const said = values.filter((value) => value !== undefined);
  return said.length === 0 ? null : said;
}

const strictest = (values: readonly (number | undefined)[], otherwise: number): number =>
  Math.min(...(given(values) ?? [otherwise]));

const furthest = (modes: readonly FixMode[]): FixMode => fixModes.findLast((mode) => modes.includes(mode)) ?? "off";

const named =
  (repository: string) =>
  (pattern: string): boolean =>
    wildmatch(pattern.toLowerCase(), repository.toLowerCase(), true);

const toWaiver = ({ claim, reason, by, expires, only }: z.infer<typeof waiver>, from: Waiver["from"]): Waiver => ({
  claim,
  reason,
  by: by.replace(/^@/, ""),
  expires,
  only: only ?? null,
  from,
});

/** Whatever the order of keys: the database keeps its own. */
export const isSameConfig = (a: PostureConfig, b: PostureConfig): boolean => inOrder(a) === inOrder(b);

const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
