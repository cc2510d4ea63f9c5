import type { FactName, Facts } from "../../core/posture/facts.ts";
import type { OwnFacts } from "./find-repository.ts";

/** A repository of an installation, by its present name. */
export type PostureSubject = { readonly installationId: number; readonly owner: string; readonly name: string };

/**
 * Asks GitHub for the facts that are needed; the others are unknown. A fact that GitHub does not give us (for lack of a permission,
 * say) is unknown with the reason. `branches` are patterns of branches to ask about beside the default one. `found`: what was just asked. Throws only what every request may throw (`PortFailure`s, no answer).
 */
export type GatherFacts = (
  subject: PostureSubject,
  needed: ReadonlySet<FactName>,
  branches: readonly string[],
  found?: OwnFacts,
) => Promise<Facts>;
