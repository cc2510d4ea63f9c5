import { allChecks } from "../core/posture/all-checks.ts";
import type { PostureCheck } from "../core/posture/check.ts";
import { chosenChecks, evaluatePosture, factsNeeded, type PostureResult } from "../core/posture/evaluate.ts";
import type { Facts } from "../core/posture/facts.ts";
import type { PostureConfig } from "../core/posture/posture-config.ts";
import { termsFor, type PostureTerms } from "../core/posture/terms.ts";
import type { GatherFacts, PostureSubject } from "./ports/facts.ts";
import type { PostureConfigOf } from "./ports/posture-config.ts";
import type { Clock } from "./ports/system.ts";

export type PosturePorts = {
  readonly gatherFacts: GatherFacts;
  readonly postureConfigOf: PostureConfigOf;
  readonly clock: Clock;
  readonly appId: number;
};

/** How a repository and its organization stand, by what they want. */
export type Posture = {
  readonly config: PostureConfig;
  readonly terms: PostureTerms;
  /** Why the configuration, or a part of it, does not count. */
  readonly problems: readonly string[];
  /** What was judged. */
  readonly facts: Facts;
  readonly results: readonly PostureResult[];
};

/**
 * Asks for what the chosen checks need, and judges: those of the repository first, then those of its organization. `changes` are
 * terms that hold whatever is configured; `choose` leaves claims out.
 */
export async function checkPosture(
  subject: PostureSubject,
  ports: PosturePorts,
  changes: Partial<PostureTerms> = {},
  choose: (config: PostureConfig, check: PostureCheck) => boolean = () => true,
): Promise<Posture> {
  const { gatherFacts, postureConfigOf, clock, appId } = ports;
  const { config, problems } = await postureConfigOf(subject);
  const wanted = { ...config, appId, checkName: "Keyward", ...changes };
  const all = [...chosenChecks(allChecks, "repository", wanted), ...chosenChecks(allChecks, "organization", wanted)];
  const checks = all.filter((check) => choose(config, check));
  const facts = await gatherFacts(subject, factsNeeded(checks), wanted.branches);
  const { repository } = facts;
  // Who owns a repository alone has no organization to ask about.
  const ofPerson = repository.kind === "known" && repository.value.ownedBy === "person";
  const applying = ofPerson ? checks.filter((check) => check.subject === "repository") : checks;
  const terms = repository.kind === "known" ? termsFor(wanted, repository.value.properties) : wanted;
  return { config, terms, problems, facts, results: evaluatePosture(applying, facts, terms, config.waivers, clock()) };
}
