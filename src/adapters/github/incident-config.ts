import { parseDocument } from "yaml";
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
import { hasStatus } from "./errors.ts";

const path = ".github/keyward.yml";
/** So long a reading is taken for the newest: several jobs of one incident follow each other. */
const freshMs = 30_000;

const file = z.looseObject({ incidents: incidentSection.optional() });

/** Reads the section `incidents` from the default branch. One that cannot be understood is said in the log, and the defaults hold. */
export function createIncidentConfigReader(app: Pick<GithubApp, "clientFor">, log: Logger): IncidentConfigOf {
  const read = new Map<number, { readonly at: number; readonly config: IncidentConfig }>();
  return async (repo) => {
    const known = read.get(repo.repoId);
    if (known && performance.now() - known.at < freshMs) return known.config;
    const text = await textOf(repo, app);
    const config = text === null ? defaultIncidentConfig : configIn(text, repo, log);
    read.set(repo.repoId, { at: performance.now(), config });
    return config;
  };
}

async function textOf(
  { installationId, owner, name }: RepoRef,
  app: Pick<GithubApp, "clientFor">,
): Promise<string | null> {
  const { repos } = app.clientFor(installationId).rest;
  try {
    const { data } = await repos.getContent({ owner, repo: name, path });
    const content = z.object({ content: z.string(), encoding: z.literal("base64") }).safeParse(data);
    return content.success ? Buffer.from(content.data.content, "base64").toString("utf8") : null;
  } catch (error) {
    if (hasStatus(error, 404)) return null;
    throw error;
  }
}

function configIn(text: string, { repoId }: RepoRef, log: Logger): IncidentConfig {
  const document = parseDocument(text);
  const parsed = file.safeParse(document.errors.length > 0 ? null : (document.toJS() ?? {}));
  if (parsed.success) return toIncidentConfig(parsed.data.incidents ?? {});
  const where = parsed.error.issues.map((issue) => issue.path.join("."));
  log.warn("the incidents of a repository are not configured as its keyward.yml wants: it is not understood", {
    repo: repoId,
    where,
  });
  return defaultIncidentConfig;
}
