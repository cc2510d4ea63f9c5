import { z } from "zod";
import { severities } from "../finding.ts";
import { assignedSchema } from "./assigned.ts";
import { checksumNames } from "../validate/all-checksums.ts";
import { formatStrengths } from "./rule.ts";

const texts = z.array(z.string());
const count = z.int().nonnegative();

const allowlistShape = {
  description: z.string().optional().describe("What is excused, for people."),
  condition: z
    .enum(["AND", "OR", "and", "or", "&&", "||"])
    .optional()
    .describe("Whether all kinds of tests given must hit, or one (the default)."),
  commits: texts.optional().describe("Commits (full SHA) whose findings are excused."),
  paths: texts.optional().describe("Regexes on the path."),
  regexTarget: z
    .enum(["", "secret", "match", "line"])
    .optional()
    .describe("What `regexes` are tried on; `secret` by default."),
  regexes: texts.optional().describe("Regexes on the secret, the whole match or its line."),
  stopwords: texts.optional().describe("Words that must not occur in the secret, whatever the case."),
};
export const allowlistSchema = z.strictObject(allowlistShape);
export const globalAllowlistSchema = z.strictObject({
  ...allowlistShape,
  targetRules: texts.optional().describe("Ids of the rules it is for; all by default."),
});

export const requiredSchema = z.strictObject({
  id: z.string().describe("The rule that must match nearby."),
  withinLines: count.optional().describe("At most so many lines away; anywhere in the file by default."),
  withinColumns: count.optional().describe("At most so many columns away."),
  optional: z.boolean().optional().describe("Keyward: shown as a part and good for confidence, but may be missing."),
});

const gitleaksRuleShape = {
  id: z.string().regex(/^\S+$/, "an id has no spaces").describe("Unique; stays the same for ever."),
  description: z.string().optional().describe("What is found, in a few words: the title of a finding."),
  regex: z.string().optional().describe("RE2 dialect of Go."),
  path: z.string().optional().describe("Regex on the path; without `regex`, the finding is about the file itself."),
  secretGroup: count.optional().describe("Capture group of the secret; the first non-empty one by default."),
  entropy: z.number().min(0).max(8).optional().describe("The secret must have more Shannon entropy than this."),
  keywords: texts.optional().describe("The rule runs only on texts in which one of these occurs (any case)."),
  tags: texts.optional(),
  allowlist: allowlistSchema.optional().describe("Older form of `allowlists`."),
  allowlists: z.array(allowlistSchema).optional(),
  required: z.array(requiredSchema).optional().describe("Rules that must match nearby."),
  skipReport: z.boolean().optional().describe("Found only as a part of another rule's credential."),
  // betterleaks
  specificity: z.int().optional().describe("The more specific rule wins where findings overlap; 100 by default."),
  tokenEfficiency: z.boolean().optional(),
  filter: z.string().optional(),
  validate: z.string().optional(),
};

const publicByDesignSchema = z.strictObject({
  source: z.url().describe("Where the provider says that it may be seen by everybody."),
  onlyIf: z
    .string()
    .min(1)
    .optional()
    .describe("What has to be so that nobody can abuse it, and cannot be seen in the text; it is still reported then."),
});

const oneOrMany = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const keywardRuleShape = {
  family: z.string().optional().describe("Rules of one family give one secret one fingerprint; the id by default."),
  severity: z.enum(severities).optional().describe("How bad a leak is."),
  confidence: z.enum(formatStrengths).optional().describe("How much the format alone says."),
  prefix: oneOrMany.optional().describe("The leading part of the secret that is public and may be shown."),
  assigned: assignedSchema.optional().describe("In place of `regex`: a value that is assigned to a name."),
  checksum: z.enum(checksumNames).optional().describe("How a secret can be checked without asking its provider."),
  publicByDesign: publicByDesignSchema
    .optional()
    .describe("It is made to be seen by everybody: found, but of low confidence."),
  examples: texts.optional().describe("Shapes of texts in which the rule must find its secret."),
  nearMisses: texts.optional().describe("Shapes of texts in which no provider's rule may find anything."),
};

const extendSchema = z.strictObject({
  useDefault: z.boolean().optional().describe("Start from Keyward's own rules."),
  path: z.string().optional().describe("Start from this file's rules."),
  url: z.string().optional(),
  disabledRules: texts.optional().describe("Ids of inherited rules to leave out."),
});

const topShape = {
  title: z.string().optional(),
  description: z.string().optional(),
  minVersion: z.string().optional(),
  betterleaksMinVersion: z.string().optional(),
  prefilter: z.string().optional(),
  filter: z.string().optional(),
  extend: extendSchema.optional(),
  allowlist: globalAllowlistSchema.optional().describe("Older form of `allowlists`."),
  allowlists: z.array(globalAllowlistSchema).optional(),
};

/** A rule as anybody may write it: gitleaks' and betterleaks' keys, and Keyward's. */
export const userRuleSchema = z.strictObject({ ...gitleaksRuleShape, ...keywardRuleShape });

/** A user's own file in the format of gitleaks or betterleaks, without its rules. */
export const userTopSchema = z.strictObject(topShape);

/** A rule in `patterns/`: what the product promises about each of its rules is required here. */
export const providerRuleSchema = z.strictObject({
  ...gitleaksRuleShape,
  ...keywardRuleShape,
  description: z.string().min(1),
  severity: z.enum(severities),
  confidence: z.enum(formatStrengths),
  examples: texts.min(2),
  nearMisses: texts.min(2),
});

/** A file of `patterns/`, one provider, without its rules. */
export const providerTopSchema = z.strictObject({
  provider: z.string().min(1).describe("The provider's name as people write it."),
  homepage: z.url().optional(),
  docs: oneOrMany.optional().describe("Where the provider documents the formats."),
  allowlists: z.array(globalAllowlistSchema).optional(),
});

export type RuleTable = z.infer<typeof userRuleSchema>;
export type AllowlistTable = z.infer<typeof globalAllowlistSchema>;
export type ExtendTable = z.infer<typeof extendSchema>;
