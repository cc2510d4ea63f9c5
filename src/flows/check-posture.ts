import { allChecks } from "../core/posture/all-checks.ts";
import { chosenChecks, evaluatePosture, factsNeeded, type PostureResult } from "../core/posture/evaluate.ts";
import type { PostureTerms } from "../core/posture/terms.ts";
import type { GatherFacts, PostureSubject } from "./ports/facts.ts";
import type { Clock } from "./ports/system.ts";

export type PosturePorts = {
  readonly gatherFacts: GatherFacts;
  readonly clock: Clock;
  readonly terms: PostureTerms;
};

/** Asks for what the chosen checks need, and judges: those of the repository first, then those of its organization. */
export async function checkPosture(subject: PostureSubject, ports: PosturePorts): Promise<readonly PostureResult[]> {
  const { gatherFacts, clock, terms } = ports;
  const checks = [...chosenChecks(allChecks, "repository", terms), ...chosenChecks(allChecks, "organization", terms)];
  const facts = await gatherFacts(subject, factsNeeded(checks));
  return evaluatePosture(checks, facts, terms, clock());
}
