import type { Severity } from "../finding.ts";
import type { Filter } from "../filter/filter.ts";
import type { BytePattern } from "../re2/translate.ts";
import type { ChecksumName } from "../validate/all-checksums.ts";

/** The family of what is found without a provider's format: by names, and by entropy. */
export const genericFamily = "generic";

/** How much a rule's format alone says: `strong` formats (a distinctive prefix and length) cannot be met by chance. */
export const formatStrengths = ["weak", "medium", "strong"] as const;
export type FormatStrength = (typeof formatStrengths)[number];

/** What a rule or a rule file excuses; gitleaks' semantics. */
export type Allowlist = {
  readonly description: string;
  /** `all`: every kind of test that is given must hit. `any`: one is enough. */
  readonly condition: "any" | "all";
  readonly regexTarget: "secret" | "match" | "line";
  readonly regexes: readonly BytePattern[];
  readonly paths: readonly BytePattern[];
  readonly commits: readonly string[];
  /** In lower case; an occurrence anywhere in the secret counts. */
  readonly stopwords: readonly string[];
};

/** An allowlist of a whole set. `targetRules`: the rules it is for; empty for all. */
export type GlobalAllowlist = Allowlist & { readonly targetRules: readonly string[] };

/** Another rule that must (or, if `optional`, may) match nearby for a credential to be whole. */
export type RequiredPart = {
  readonly id: string;
  /** How many lines away at most; `null`: anywhere in the text. */
  readonly withinLines: number | null;
  readonly withinColumns: number | null;
  readonly optional: boolean;
};

/** What a provider makes to be seen by everybody: it names an account, and opens nothing that is not open. */
export type PublicByDesign = {
  /** Where the provider says so. */
  readonly source: string;
  /** What has to be so that nobody can abuse it, and cannot be seen here ("its domains are restricted"); `null`: nothing. */
  readonly onlyIf: string | null;
};

/** A rule, checked and translated. */
export type Rule = {
  readonly id: string;
  /** As people write it ("GitHub"); "Generic" for rules that belong to nobody, "Custom" for rules of users' files. */
  readonly provider: string;
  /** Where the provider documents its formats; empty for rules of nobody and of users' files. */
  readonly docs: readonly string[];
  readonly title: string;
  readonly severity: Severity;
  /** Rules of one family give one secret one fingerprint. */
  readonly family: string;
  readonly tags: readonly string[];
  /** `null`: the rule is about the path alone. */
  readonly regex: BytePattern | null;
  readonly path: BytePattern | null;
  /** The capture group that is the secret; `null`: the first that is not empty, else the whole match. */
  readonly secretGroup: number | null;
  /** Shannon entropy (bits a character) that the secret must exceed; 0: none. */
  readonly entropy: number;
  /** In lower case. The rule runs on a text only if one of them occurs in it, whatever the case; empty: always. */
  readonly keywords: readonly string[];
  readonly allowlists: readonly Allowlist[];
  /** A condition under which a finding is dropped, as betterleaks' files have it. */
  readonly filter: Filter | null;
  readonly required: readonly RequiredPart[];
  /** Found only as a part of another rule's credential. */
  readonly skipReport: boolean;
  /** Leading parts of the secret that are public. */
  readonly prefixes: readonly string[];
  readonly confidence: FormatStrength;
  readonly checksum: ChecksumName | null;
  /** `null`: what the rule finds is a secret. */
  readonly publicByDesign: PublicByDesign | null;
  /** Where spans overlap and confidence is equal, the more specific rule wins. Provider formats have 100. */
  readonly specificity: number;
  readonly examples: readonly string[];
  readonly nearMisses: readonly string[];
};

/**
 * Whether a rule finds nothing without another part. The two may stand in different texts of a file (one as it is, one decoded), so
 * that its keywords, which may be those of the other part, are looked for in the whole file.
 */
export const needsPart = ({ required }: Rule): boolean => required.some(({ optional }) => !optional);

/** Rules that are used together. Ids are unique. */
export type RuleSet = {
  readonly rules: readonly Rule[];
  readonly allowlists: readonly GlobalAllowlist[];
  /** Conditions under which a finding of any rule is dropped. */
  readonly filters: readonly Filter[];
};
