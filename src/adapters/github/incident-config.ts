import * as z from "zod";
import type { RepoRef } from "../../core/change/change.ts";
import {
  defaultIncidentConfig,
  incidentSection,
  toIncidentConfig,
  type IncidentConfig,
} from "../../core/incident/incident-config.ts";
import type { IncidentConfigOf } from "../../flows/ports/incident-config.ts";
import type { Logger } from "../../flows/ports/system.ts";
import type { GithubApp } from "./app.ts";
import { readKeywardFile } from "./keyward-file.ts";

/** So long a reading is taken for the newest: several jobs of one incident follow each other. */
const freshMs = 30_000;

const sections = z.looseObject({ incidents: incidentSection.optional() });

/** Reads the section `incidents` from the default branch. One that cannot be understood is said in the log, and the defaults hold. */
export function createIncidentConfigReader(app: Pick<GithubApp, "clientFor">, log: Logger): IncidentConfigOf {
  const read = new Map<number, { readonly at: number; readonly config: IncidentConfig }>();
  return async (repo) => {
    const known = read.get(repo.repoId);
    if (known && performance.now() - known.at < freshMs) return known.config;
    const config = await configOf(repo, app, log);
    read.set(repo.repoId, { at: performance.now(), config });
    return config;
  };
}

async function configOf(
  { installationId, repoId, owner, name }: RepoRef,
  app: Pick<GithubApp, "clientFor">,
  log: Logger,
): Promise<IncidentConfig> {
  const file = await readKeywardFile(app.clientFor(installationId), { owner, repo: name }, sections);
  if (file.kind === "read") return toIncidentConfig(file.sections.incidents ?? {});
  if (file.kind === "not-understood")
    log.warn("the incidents of a repository are not configured as its keyward.yml wants: it is not understood", {
      repo: repoId,
      where: file.where,
    });
  return defaultIncidentConfig;
}
