import type { RepoRef } from "../core/change/change.ts";
import { allChecks } from "../core/posture/all-checks.ts";
import type { Judgement } from "../core/posture/check.ts";
import {
  chosenChecks,
  evaluatePosture,
  factsNeeded,
  scoreOf,
  standingOf,
  type PostureResult,
} from "../core/posture/evaluate.ts";
import { contentFacts } from "../core/posture/facts.ts";
import { organizationHome } from "../core/config/keyward-config.ts";
import { nextNight, weekOf } from "../core/posture/night.ts";
import { isSameConfig, type PostureConfig } from "../core/posture/posture-config.ts";
import { rotationsAsked } from "../core/posture/rotations.ts";
import { fromStored, toStored } from "../core/posture/stored-posture.ts";
import { termsFor } from "../core/posture/terms.ts";
import type { GatherFacts } from "./ports/facts.ts";
import type { FindRepository, FoundRepository } from "./ports/find-repository.ts";
import type { PostureConfigOf } from "./ports/posture-config.ts";
import type { PostureStore, RepositoryPosture } from "./ports/posture-store.ts";
import type { Clock, Logger } from "./ports/system.ts";

export type LookAtRepositoryPorts = {
  readonly postures: PostureStore;
  readonly findRepository: FindRepository;
  readonly postureConfigOf: PostureConfigOf;
  readonly gatherFacts: GatherFacts;
  readonly clock: Clock;
  readonly appId: number;
  readonly version: string;
  readonly log: Logger;
};

/**
 * Looks how a repository stands, stores it, and has it shown. What was judged of its files, its configuration included, holds for as
 * long as the default branch is where it was. Safe to repeat.
 */
export async function lookAtRepository(
  { repoId }: Pick<RepoRef, "repoId">,
  ports: LookAtRepositoryPorts,
): Promise<void> {
  const { postures, clock, log } = ports;
  const next = nextNight(repoId, clock());
  // First of all: what happens from now on may not be in what is read below, and has it looked at again.
  const begun = await postures.begin(repoId, next);
  if (begun === null) return;
  const { repo: known, look } = begun;
  const found = await ports.findRepository(known);
  if (found === null) {
    await postures.forget(repoId, next, look);
    log.info("the posture of a repository is forgotten: it is gone", { repo: repoId });
    return;
  }
  const before = (await postures.byId(repoId))?.posture ?? null;
  const posture = await judge(found, before, ports);
  const { installationId } = posture.repo;
  const jobs = [
    { name: "publish-posture", data: { installationId, repoId } } as const,
    ...(asksForFixes(posture) ? [{ name: "fix-posture", data: { repo: posture.repo } } as const] : []),
  ];
  await postures.save(posture, weekOf(posture.checkedAt), jobs, look);
  // What it says may hold for all repositories.
  if (posture.repo.name === organizationHome) await postures.planOrganization(posture.repo, clock());
  log.info("posture looked at", { repo: repoId, score: posture.score });
}

/** Whether something is false that the configuration asks to have put right, or to be shown how. */
const asksForFixes = ({ archived, results, config }: RepositoryPosture): boolean =>
  !archived &&
  fromStored(results).some(
    (result) => standingOf(result) === "fail" && (config.fixes[result.check.id] ?? "off") !== "off",
  );

async function judge(
  { repo, archived, head, facts: found }: FoundRepository,
  before: RepositoryPosture | null,
  ports: LookAtRepositoryPorts,
): Promise<RepositoryPosture> {
  const { appId, version } = ports;
  const same = before !== null && head !== null && before.head === head && before.version === version ? before : null;
  const { organizationConfig, config, problems } = await configFor(repo, same, ports);
  const wanted = { ...config, appId, checkName: "Keyward" };
  const checks = chosenChecks(allChecks, "repository", wanted);
  const remembered = new Map(same === null ? [] : judgedOfFiles(same));
  const began = ports.clock();
  const facts = await ports.gatherFacts(repo, factsNeeded(checks, remembered), wanted.branches, found);
  const { repository } = facts;
  const terms = repository.kind === "known" ? termsFor(wanted, repository.value.properties) : wanted;
  const now = ports.clock();
  const results = evaluatePosture(checks, facts, terms, config.waivers, now, remembered);
  return {
    repo,
    archived,
    head,
    version,
    organizationConfig,
    config,
    problems,
    results: results.map(toStored),
    rotations: rotationsAsked(facts, terms, now),
    score: scoreOf(results),
    heldAt: heldAt(results, config, before, began),
    checkedAt: now,
  };
}

/** Of what may be set back: between then and now somebody changed it. */
const heldAt = (
  results: readonly PostureResult[],
  { fixes }: PostureConfig,
  before: RepositoryPosture | null,
  began: string,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    results
      .filter(({ check: { id } }) => (fixes[id] ?? "off") !== "off")
      .flatMap(({ check: { id }, outcome }) => {
        const at = outcome === "pass" ? began : before?.heldAt?.[id];
        return at === undefined ? [] : [[id, at] as const];
      }),
  );

type Configured = Pick<RepositoryPosture, "organizationConfig" | "config" | "problems">;

/** What both want. The repository's own file is as it was if its branch is where it was and its organization's says the same. */
async function configFor(
  repo: RepoRef,
  same: RepositoryPosture | null,
  { postures, postureConfigOf }: LookAtRepositoryPorts,
): Promise<Configured> {
  const organization =
    (await postures.organization(repo.installationId))?.posture ??
    (await postureConfigOf({ ...repo, name: organizationHome }));
  const organizationConfig = organization.config;
  const understood = same?.problems.length === 0 && organization.problems.length === 0;
  if (understood && isSameConfig(same.organizationConfig, organizationConfig)) return same;
  const { config, problems } = await postureConfigOf(repo);
  return { organizationConfig, config, problems };
}

/** What was found out about files alone, by claim. What was not known is asked for again. */
function judgedOfFiles({ results }: RepositoryPosture): readonly (readonly [string, Judgement])[] {
  const ofFiles = new Set(
    allChecks.filter(({ needs }) => needs.every((fact) => contentFacts.has(fact))).map(({ id }) => id),
  );
  // Waivers count anew each time, and end.
  return results.flatMap(({ claim, own, ...judgement }) => {
    const found = own ?? judgement;
    return ofFiles.has(claim) && found.outcome !== "inconclusive" ? [[claim, found] as const] : [];
  });
}
