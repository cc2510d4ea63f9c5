import type { Finding } from "../scan/finding.ts";
import type { DrillMark } from "./incident.ts";
import type { Occurrence } from "./occurrence.ts";

/** The rule that finds the credentials of drills, and nothing else. It has no provider, and so no probe: nobody can be asked. */
export const drillRuleId = "keyward-drill-key";
export const drillPrefix = "keyward_drill_";

const branchPrefix = "keyward-drill/";

/** Where a drill plants its credential. */
export const drillPlace = (id: string): { readonly branch: string; readonly path: string } => ({
  branch: `${branchPrefix}${id}`,
  path: `.keyward-drill/${id}.env`,
});

/** The drill that a finding belongs to; null: it is no drill. One whose place is not known has nothing to clean up. */
export function drillOf({ ruleId }: Finding, occurrences: readonly Occurrence[]): DrillMark | null {
  if (ruleId !== drillRuleId) return null;
  const paths = occurrences.map((one) => (one.kind === "code" ? one.path : ""));
  const id = paths.map((path) => /^\.keyward-drill\/([\w-]+)\.env$/.exec(path)?.[1]).find((one) => one !== undefined);
  return id === undefined ? { id: "", branch: "" } : { id, branch: drillPlace(id).branch };
}
