import type { Look, PostureStore } from "../../src/flows/ports/posture-store.ts";
import { allChecks } from "../../src/core/posture/all-checks.ts";
import type { Judgement } from "../../src/core/posture/check.ts";
import { toPostureConfig } from "../../src/core/posture/posture-config.ts";
import type { StoredResult } from "../../src/core/posture/stored-posture.ts";
import type { RepositoryPosture } from "../../src/flows/ports/posture-store.ts";
import { aRepo, aSha } from "./builders.ts";

/** A posture as it is stored. Claims that are not named are true. */
export function aPosture(
  judgements: Readonly<Record<string, Judgement>> = {},
  fields: Partial<RepositoryPosture> = {},
): RepositoryPosture {
  const config = toPostureConfig({}, {}, "shop");
  const checks = allChecks.filter(({ subject, optional }) => subject === "repository" && optional !== true);
  const results = checks.map(({ id }): StoredResult => {
    const judgement = judgements[id] ?? { outcome: "pass", evidence: ["it is so"] };
    return { claim: id, waived: false, waivers: [], ...judgement };
  });
  return {
    repo: aRepo(),
    archived: false,
    head: aSha("a"),
    version: "1",
    organizationConfig: config,
    config,
    problems: [],
    results,
    rotations: [],
    score: 90,
    checkedAt: "2026-11-26T02:00:00.000Z",
    ...fields,
  };
}

const someTime = "2026-12-24T02:00:00.000Z";
const noLook = "00000000-0000-4000-8000-000000000000";

/** Begins a look at a repository and stores what it saw. */
export async function saveLooked(store: PostureStore, ...given: DropLook<PostureStore["save"]>): Promise<void> {
  const begun = await store.begin(given[0].repo.repoId, someTime);
  await store.save(...given, begun?.look ?? noLook);
}

/** As `saveLooked`, of an organization. */
export async function saveLookedOrganization(
  store: PostureStore,
  ...given: DropLook<PostureStore["saveOrganization"]>
): Promise<void> {
  const look = await store.beginOrganization(given[0].installationId, someTime);
  await store.saveOrganization(...given, look ?? noLook);
}

type DropLook<Save extends (...all: never) => unknown> =
  Parameters<Save> extends [...infer Given, Look] ? Given : never;
