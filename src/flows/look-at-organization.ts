import { organizationHome } from "../core/config/keyward-config.ts";
import { allChecks } from "../core/posture/all-checks.ts";
import { chosenChecks, evaluatePosture, factsNeeded } from "../core/posture/evaluate.ts";
import { nextMorning } from "../core/posture/night.ts";
import { isSameConfig } from "../core/posture/posture-config.ts";
import { rotationsAsked } from "../core/posture/rotations.ts";
import { toStored } from "../core/posture/stored-posture.ts";
import { secondsBetween } from "./plan-postures.ts";
import type { GatherFacts } from "./ports/facts.ts";
import type { Installations } from "./ports/installations.ts";
import type { PostureConfigOf } from "./ports/posture-config.ts";
import type { OrganizationPosture, OrganizationRef, PostureStore } from "./ports/posture-store.ts";
import type { Clock, Logger } from "./ports/system.ts";

export type LookAtOrganizationPorts = {
  readonly postures: PostureStore;
  readonly installations: Installations;
  /** As it is at this moment: it may have been pushed just now. */
  readonly organizationConfigOf: PostureConfigOf;
  readonly gatherFacts: GatherFacts;
  readonly clock: Clock;
  readonly appId: number;
  readonly log: Logger;
};

/** Until then the reader of configurations may still have the organization's file as it was. */
const configStaleSeconds = 31;

/**
 * Looks how an organization stands, once for all of its repositories, and has its summary written. When it wants something else than
 * before, all of them are looked at again. Safe to repeat.
 */
export async function lookAtOrganization(known: OrganizationRef, ports: LookAtOrganizationPorts): Promise<void> {
  const { postures, clock, log } = ports;
  const { installationId } = known;
  const look = await postures.beginOrganization(installationId, nextMorning(installationId, clock()));
  // Forgotten meanwhile.
  if (look === null) return;
  const before = (await postures.organization(installationId))?.posture ?? null;
  const posture = await judge(known, ports);
  await postures.saveOrganization(posture, [{ name: "publish-summary", data: { installationId } }], look);
  log.info("posture of an organization looked at", { installation: installationId });
  if (before !== null && isSameConfig(before.config, posture.config)) return;
  const from = new Date(Date.parse(clock()) + configStaleSeconds * 1000).toISOString();
  await postures.planAll(installationId, from, secondsBetween);
}

async function judge(
  { installationId, owner }: OrganizationRef,
  ports: LookAtOrganizationPorts,
): Promise<OrganizationPosture> {
  const { config, problems } = await ports.organizationConfigOf({ installationId, owner, name: organizationHome });
  const wanted = { ...config, appId: ports.appId, checkName: "Keyward" };
  const checks = chosenChecks(allChecks, "organization", wanted);
  const now = ports.clock();
  // What GitHub says of an organization is asked by way of one of its repositories.
  const [any] = await ports.installations.repositoriesOf(installationId);
  const facts = any ? await ports.gatherFacts(any, factsNeeded(checks), []) : null;
  const ofPerson = facts?.repository.kind === "known" && facts.repository.value.ownedBy === "person";
  const results =
    facts === null || ofPerson ? [] : evaluatePosture(checks, facts, wanted, config.waivers, now).map(toStored);
  const rotations = facts === null ? [] : rotationsAsked(facts, wanted, now);
  return { installationId, owner, config, problems, results, rotations, checkedAt: now };
}
