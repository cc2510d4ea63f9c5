import * as z from "zod";
import {
  incidentSection,
  layeredIncidents,
  toIncidentConfig,
  type IncidentConfig,
} from "../incident/incident-config.ts";
import { drillSection, toDrillSchedule, type DrillSchedule } from "../incident/drill-schedule.ts";
import { providerSections, type ProviderConfig } from "../provider/provider-config.ts";
import { postureSection, toPostureConfig, type PostureConfig } from "../posture/posture-config.ts";
import { userRuleSchema } from "../scan/rules/file-schema.ts";
import { problemsOfTables, type OwnRules, type RuleChoice } from "../scan/rules/own-rules.ts";
import type { Policy } from "../verdict/policy.ts";
import { layeredPolicy, organizationPolicySection, policySection } from "../verdict/policy-config.ts";
import { suppressionSection, toSuppressions, type ConfiguredSuppression } from "../suppression/suppression-config.ts";
import { commentSection } from "./comment-config.ts";
import { mistakesIn, type ConfigMistake } from "./config-mistake.ts";
import type { ConfigNotice } from "./config-notice.ts";
import { parseYaml } from "./yaml-text.ts";

/** Where a repository, or an organization in its repository `.github`, says what Keyward is to do. */
export const keywardFilePath = ".github/keyward.yml";

/** The repository in which an organization's administrators keep its configuration. */
export const organizationHome = ".github";

/** The sections of every such file. */
const sharedSections = {
  incidents: incidentSection.optional().describe("How leaks are followed until the old credential is dead."),
  posture: postureSection.optional().describe("What is wanted of the repository, its waivers and its fixes."),
  redact: z
    .boolean()
    .optional()
    .describe(
      "Whether a credential in a text beside the code (an issue, a comment, a wiki page) is replaced by a mask.",
    ),
  comments: commentSection.optional().describe("What is said in comments beside the check."),
  rules: z
    .union([z.string().min(1).max(300), z.array(userRuleSchema).max(200)], {
      error: "expected the path of a TOML file in this repository, or a list of rules",
    })
    .optional()
    .describe("Rules of your own: a list, or the path of a TOML file in the format of gitleaks or betterleaks."),
  suppressions: suppressionSection.optional().describe("Secrets that need not block, each with its reason."),
};

const policyWords = "What blocks, by severity, confidence and path, and what is not looked at.";

const repositoryFile = z.strictObject({ ...sharedSections, policy: policySection.optional().describe(policyWords) });

/** The file of an organization: what its repositories say counts on top of it, and some sections count nowhere else. */
export const organizationFile = z.strictObject({
  ...sharedSections,
  policy: organizationPolicySection.optional().describe(policyWords),
  ...providerSections,
  drills: drillSection.optional().describe("What is rehearsed by the calendar, with made-up credentials."),
});

/** What one file says. */
export type KeywardFile = z.infer<typeof organizationFile>;

/** Whose file it is: it decides which sections may stand in it. */
export type FileOwner = "repository" | "organization";

/** Longer ones are not read: no person wrote them. */
const maxFileBytes = 256 * 1024;

/** Reads a `keyward.yml` as a whole: one mistake, an unknown key too, and nothing of it counts. */
export function parseKeywardFile(
  text: string,
  owner: FileOwner,
): { readonly kind: "read"; readonly file: KeywardFile } | NotUnderstood {
  if (text.length > maxFileBytes) {
    const message = `expected at most ${maxFileBytes / 1024} KiB; found more`;
    return { kind: "not-understood", mistakes: [{ line: 1, column: 1, message }] };
  }
  const yaml = parseYaml(text);
  if ("message" in yaml) return { kind: "not-understood", mistakes: [yaml] };
  const schema = owner === "organization" ? organizationFile : repositoryFile;
  const parsed = schema.safeParse(yaml.value ?? {});
  if (parsed.success) {
    const { rules } = parsed.data;
    const bad = typeof rules === "object" ? problemsOfTables(rules) : [];
    if (bad.length === 0) return { kind: "read", file: parsed.data };
    return {
      kind: "not-understood",
      mistakes: bad.map(({ place, message }) => ({ ...yaml.positionOf(["rules", ...place]), message })),
    };
  }
  const mistakes = mistakesIn(parsed.error.issues, yaml, schema);
  return { kind: "not-understood", mistakes: mistakes.toSorted((a, b) => a.line - b.line) };
}

type NotUnderstood = { readonly kind: "not-understood"; readonly mistakes: readonly ConfigMistake[] };

/** What holds for a repository: its file, over the organization's, over what is built in. */
export type KeywardConfig = {
  readonly incidents: IncidentConfig;
  readonly posture: PostureConfig;
  /** Whether credentials in texts beside the code are replaced by masks. */
  readonly redact: boolean;
  readonly policy: Policy;
  /** What is looked for beside Keyward's own rules, and what of these is not. */
  readonly rules: RuleChoice;
  readonly suppressions: readonly ConfiguredSuppression[];
  /** Whether pull requests get a comment that says what the check says. */
  readonly commentsOnPulls: boolean;
  /** Files that hold only in an older version, or not at all. */
  readonly notices: readonly ConfigNotice[];
};

/** A file as it is read, and what people call it. `toml`: what its `rules` lead to, if that is a file that was understood. */
export type NamedFile = {
  readonly name: string;
  readonly file: KeywardFile;
  readonly toml?: { readonly file: string; readonly text: string } | null;
};

/** Puts a repository's file over its organization's. How the two are joined is each section's own. */
export function toKeywardConfig(
  above: NamedFile,
  below: NamedFile,
  repositoryName: string,
  notices: readonly ConfigNotice[],
): KeywardConfig {
  const { file: organization } = above;
  const { name, file: repository } = below;
  const { policy, notCounting, disabledRules, mayLoosen } = layeredPolicy(organization.policy, repository.policy);
  const mayNot = notCounting.map((key): ConfigNotice => {
    const message = `\`${key}\`: expected what blocks more than the organization's policy; found what blocks less`;
    return { file: name, line: null, message, instead: "organization" };
  });
  return {
    incidents: toIncidentConfig(layeredIncidents(organization.incidents ?? {}, repository.incidents ?? {})),
    posture: toPostureConfig(organization.posture ?? {}, repository.posture ?? {}, repositoryName),
    redact: repository.redact ?? organization.redact ?? false,
    policy,
    rules: { own: [...ownRulesOf(above, true), ...ownRulesOf(below, mayLoosen)], disabled: disabledRules },
    notices: [...notices, ...mayNot],
    suppressions: toSuppressions(organization.suppressions ?? [], repository.suppressions ?? []),
    commentsOnPulls: repository.comments?.["pull-requests"] ?? organization.comments?.["pull-requests"] ?? false,
  };
}

function ownRulesOf({ name, file, toml }: NamedFile, mayExcuse: boolean): readonly OwnRules[] {
  if (typeof file.rules === "object")
    return file.rules.length === 0 ? [] : [{ file: name, content: { kind: "tables", tables: file.rules }, mayExcuse }];
  return toml ? [{ file: toml.file, content: { kind: "toml", text: toml.text }, mayExcuse }] : [];
}

/** What holds where nothing is said. */
export const defaultKeywardConfig: KeywardConfig = toKeywardConfig(
  { name: "", file: {} },
  { name: "", file: {} },
  "",
  [],
);

/** Of an organization's file, what counts there alone. */
export function toProviderConfig({ providers, rotation }: KeywardFile): ProviderConfig {
  return { ...(providers && { providers }), ...(rotation && { rotation }) };
}

/** As above: who may plant drills in a repository is its organization. */
export const drillScheduleIn = ({ drills }: KeywardFile): DrillSchedule => toDrillSchedule(drills);
