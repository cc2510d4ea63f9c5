import { isMessagePath } from "../change/change.ts";
import { confidenceLevels, severities, type ConfidenceLevel, type Finding, type Severity } from "../scan/finding.ts";
import { pathGlob, type PathGlob } from "./path-glob.ts";

/** What is done with findings at a path: they block, they are shown, or the path is not looked at. */
export const treatments = ["ignore", "report", "block"] as const;
export type Treatment = (typeof treatments)[number];

/** From which confidence and from which severity on a finding blocks; both must be reached. */
export type BlockFrom = { readonly confidence: ConfidenceLevel; readonly severity: Severity };

/** What is said of certain paths; null: what is said of all. */
export type PathRule = {
  readonly globs: readonly string[];
  readonly findings: Treatment;
  readonly confidence: ConfidenceLevel | null;
  readonly severity: Severity | null;
};

/** What one owner wants. The last of `paths` that names a path decides. */
export type PolicyLayer = { readonly block: BlockFrom; readonly paths: readonly PathRule[] };

/** What blocks: of several layers the strictest word counts. Plain data. */
export type Policy = { readonly layers: readonly PolicyLayer[] };

export const defaultBlock: BlockFrom = { confidence: "medium", severity: "low" };
export const defaultPolicy: Policy = { layers: [{ block: defaultBlock, paths: [] }] };

/** A policy, ready to be asked. */
export type PolicyDesk = {
  readonly blocks: (finding: Pick<Finding, "confidence" | "severity">, path: string) => boolean;
  /** The pattern because of which a path is not looked at; null: it is. */
  readonly leftOutBy: (path: string) => string | null;
};

type Asked = {
  readonly layer: PolicyLayer;
  readonly rules: readonly (PathRule & { readonly ready: readonly PathGlob[] })[];
};

/** Makes a policy ready. What somebody wrote about a commit or a tag is at no path: only what is said of all counts for it. */
export function openPolicy({ layers }: Policy): PolicyDesk {
  const asked = layers.map((layer): Asked => ({
    layer,
    rules: layer.paths.map((rule) => ({ ...rule, ready: rule.globs.map(pathGlob) })),
  }));
  const ruleAt = ({ rules }: Asked, path: string) =>
    isMessagePath(path) ? undefined : rules.findLast(({ ready }) => ready.some(({ names }) => names(path)));
  return {
    blocks: ({ confidence, severity }, path) =>
      asked.some((one) => {
        const rule = ruleAt(one, path);
        const from = {
          confidence: rule?.confidence ?? one.layer.block.confidence,
          severity: rule?.severity ?? one.layer.block.severity,
        };
        return (
          (rule?.findings ?? "block") === "block" &&
          confidenceLevels.indexOf(confidence.level) >= confidenceLevels.indexOf(from.confidence) &&
          severities.indexOf(severity) >= severities.indexOf(from.severity)
        );
      }),
    leftOutBy: (path) => {
      const rules = asked.map((one) => ruleAt(one, path));
      if (!rules.every((rule) => rule?.findings === "ignore")) return null;
      return rules.at(-1)?.ready.find(({ names }) => names(path))?.text ?? null;
    },
  };
}
