import * as z from "zod";
import { confidenceLevels, severities } from "../scan/finding.ts";
import { globProblem } from "./path-glob.ts";
import { defaultBlock, treatments, type PathRule, type Policy, type PolicyLayer } from "./policy.ts";

const glob = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    const problem = globProblem(text);
    if (problem !== null) context.addIssue({ code: "custom", message: `expected ${problem}` });
  });

const confidence = z.enum(confidenceLevels).optional().describe("From which confidence on a finding blocks.");
const severity = z.enum(severities).optional().describe("From which severity on a finding blocks.");

const pathSchema = z.strictObject({
  globs: z.array(glob).min(1).max(100).describe("Patterns as in a .gitignore, without `!`."),
  findings: z
    .enum(treatments)
    .optional()
    .describe("block (default): as elsewhere; report: shown, but never blocking; ignore: the files are not looked at."),
  confidence,
  severity,
});

const policyShape = {
  block: z
    .strictObject({ confidence, severity })
    .optional()
    .describe("Both must be reached; medium and low by default."),
  paths: z.array(pathSchema).max(100).optional().describe("The last entry that names a path decides about it."),
  "disabled-rules": z.array(z.string().min(1)).max(1000).optional().describe("Ids of rules that are not looked for."),
};

/** The section `policy` of a repository's `.github/keyward.yml`. */
export const policySection = z.strictObject(policyShape);

/** The same in an organization's file. */
export const organizationPolicySection = z.strictObject({
  ...policyShape,
  repositories: z
    .enum(["tighten", "decide"])
    .optional()
    .describe(
      "What a repository's own policy may do: tighten (default), so that only what blocks more counts, or decide.",
    ),
});

type Section = z.infer<typeof policySection>;

/** What the two want together, and which of what the repository says does not count. */
export type LayeredPolicy = {
  readonly policy: Policy;
  readonly disabledRules: readonly string[];
  /** Whether a repository may take away from what is found and from what blocks. */
  readonly mayLoosen: boolean;
  /** The keys with which the repository asks for less than the organization lets it. */
  readonly notCounting: readonly string[];
};

/**
 * A repository's policy over its organization's. Where the organization has one, it is the least that holds: a finding blocks if either
 * wants it, and no rule is disabled that the organization does not disable; unless it says that repositories decide. Where the organization says nothing, they do.
 */
export function layeredPolicy(
  organization: z.infer<typeof organizationPolicySection> | undefined,
  repository: Section = {},
): LayeredPolicy {
  const { repositories = "tighten", ...own } = organization ?? {};
  const mayLoosen = organization === undefined || repositories === "decide";
  const disabled = own["disabled-rules"] ?? [];
  const more = repository["disabled-rules"] ?? [];
  const both = layerOf({
    block: { ...own.block, ...repository.block },
    paths: [...(own.paths ?? []), ...(repository.paths ?? [])],
  });
  return {
    policy: { layers: mayLoosen ? [both] : [layerOf(own), both] },
    disabledRules: mayLoosen ? [...new Set([...disabled, ...more])] : disabled,
    mayLoosen,
    notCounting: mayLoosen ? [] : loosening(repository, disabled),
  };
}

function layerOf({ block, paths = [] }: Pick<Section, "block" | "paths">): PolicyLayer {
  return {
    block: {
      confidence: block?.confidence ?? defaultBlock.confidence,
      severity: block?.severity ?? defaultBlock.severity,
    },
    paths: paths.map((path): PathRule => ({
      globs: path.globs,
      findings: path.findings ?? "block",
      confidence: path.confidence ?? null,
      severity: path.severity ?? null,
    })),
  };
}

/** That it does not count is said, rather than dropped without a word. */
function loosening(repository: Section, disabled: readonly string[]): readonly string[] {
  const paths = (repository.paths ?? []).flatMap(({ findings = "block" }, index) =>
    findings === "block" ? [] : [`policy.paths[${index}].findings`],
  );
  const isMore = (repository["disabled-rules"] ?? []).some((id) => !disabled.includes(id));
  return [...paths, ...(isMore ? ["policy.disabled-rules"] : [])];
}
