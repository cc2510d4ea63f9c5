/** How important an environment is: it decides how old a secret may get. */
export const environmentClasses = ["high", "moderate", "low"] as const;
export type EnvironmentClass = (typeof environmentClasses)[number];

/** The most important of some. */
export const highest = (classes: readonly EnvironmentClass[]): EnvironmentClass =>
  environmentClasses.find((one) => classes.includes(one)) ?? "high";

/** What is asked of a repository or an organization, where that can be chosen. */
export type PostureTerms = {
  /** Approving reviews that a protected branch has to ask for. */
  readonly reviews: number;
  /** Branches to be protected beside the default one, as patterns: `*` stops at a slash, `**` does not. */
  readonly branches: readonly string[];
  /** The id of this app: its check must be required from it, and not from whoever calls a check by its name. */
  readonly appId: number;
  readonly checkName: string;
  /** Days after which a secret is too old, by class, and after which a person is asked to rotate it. */
  readonly maxAgeDays: Readonly<Record<EnvironmentClass, number>>;
  readonly askAfterDays: Readonly<Record<EnvironmentClass, number>>;
  /** Of secrets by the name of their environment, in small letters; `*` stands for anything. */
  readonly classOfEnvironment: Readonly<Record<string, EnvironmentClass>>;
  /** Of all other secrets, by the value of a custom property of the repository; the highest that fits. */
  readonly classOfProperty: readonly {
    readonly name: string;
    readonly values: Readonly<Record<string, EnvironmentClass>>;
  }[];
  /** Where neither says anything. */
  readonly otherwise: EnvironmentClass;
  /** Days without use after which a deploy key is given back. */
  readonly unusedKeyDays: number;
  /** Claims that are not asked for unless they are named here. */
  readonly optional: readonly string[];
};

/**
 * What the checklist asks for: two reviews; secrets rotated within 30 to 90 days where security is high, 90 to 180 where it is
 * moderate, a year where it is low.
 */
export const postureDefaults: Omit<PostureTerms, "appId" | "checkName"> = {
  reviews: 2,
  branches: [],
  maxAgeDays: { high: 90, moderate: 180, low: 365 },
  askAfterDays: { high: 30, moderate: 90, low: 335 },
  classOfEnvironment: {
    production: "high",
    prod: "high",
    live: "high",
    release: "high",
    staging: "moderate",
    stage: "moderate",
    preview: "low",
    development: "low",
    dev: "low",
    test: "low",
    testing: "low",
    qa: "low",
    sandbox: "low",
  },
  classOfProperty: [],
  otherwise: "moderate",
  unusedKeyDays: 90,
  optional: [],
};

/** The terms for a repository with these custom properties. */
export function termsFor(terms: PostureTerms, properties: Readonly<Record<string, string>>): PostureTerms {
  const fitting = terms.classOfProperty.flatMap(({ name, values }) => {
    const own = (properties[name] ?? "").split(",");
    return Object.entries(values).flatMap(([value, of]) => (own.includes(value) ? [of] : []));
  });
  return fitting.length === 0 ? terms : { ...terms, otherwise: highest(fitting) };
}
