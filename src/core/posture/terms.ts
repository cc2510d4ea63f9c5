/** How important an environment is: it decides how old a secret may get. */
export const environmentClasses = ["high", "moderate", "low"] as const;
export type EnvironmentClass = (typeof environmentClasses)[number];

/** What is asked of a repository or an organization, where that can be chosen. */
export type PostureTerms = {
  /** Approving reviews that a protected branch has to ask for. */
  readonly reviews: number;
  /** The id of this app: its check must be required from it, and not from whoever calls a check by its name. */
  readonly appId: number;
  readonly checkName: string;
  /** Days after which a secret is too old, by class, and after which a person is asked to rotate it. */
  readonly maxAgeDays: Readonly<Record<EnvironmentClass, number>>;
  readonly askAfterDays: Readonly<Record<EnvironmentClass, number>>;
  /** Of secrets by the name of their environment; any other is `otherwise`. */
  readonly classOfEnvironment: Readonly<Record<string, EnvironmentClass>>;
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
export const defaultTerms = (appId: number): PostureTerms => ({
  reviews: 2,
  appId,
  checkName: "Keyward",
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
  otherwise: "moderate",
  unusedKeyDays: 90,
  optional: [],
});
