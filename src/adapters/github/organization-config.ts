import * as z from "zod";
import { providerSections, type ProviderConfig } from "../../core/provider/provider-config.ts";
import type { Logger } from "../../flows/ports/system.ts";
import type { GithubApp } from "./app.ts";
import { readKeywardFile } from "./keyward-file.ts";

/** The organization's own repository, which its administrators keep. */
const home = ".github";
const freshMs = 30_000;

const sections = z.looseObject(providerSections);

/** What an organization's administrators allow concerning providers. Nothing, where the file is missing or not understood. */
export function createProviderConfigReader(
  app: Pick<GithubApp, "clientFor">,
  log: Logger,
): (installationId: number) => Promise<ProviderConfig> {
  const read = new Map<number, { readonly at: number; readonly config: ProviderConfig }>();
  return async (installationId) => {
    const known = read.get(installationId);
    if (known && performance.now() - known.at < freshMs) return known.config;
    const config = await configOf(installationId, app, log);
    read.set(installationId, { at: performance.now(), config });
    return config;
  };
}

const reposReply = z.object({ repositories: z.array(z.object({ owner: z.object({ login: z.string() }) })) });

async function configOf(
  installationId: number,
  app: Pick<GithubApp, "clientFor">,
  log: Logger,
): Promise<ProviderConfig> {
  const client = app.clientFor(installationId);
  const { repositories } = reposReply.parse(
    (await client.rest.apps.listReposAccessibleToInstallation({ per_page: 1 })).data,
  );
  const owner = repositories[0]?.owner.login;
  if (owner === undefined) return {};
  const file = await readKeywardFile(client, { owner, repo: home }, sections);
  if (file.kind === "not-understood")
    log.warn("the organization's keyward.yml is not understood, so no provider is asked anything", {
      installation: installationId,
      where: file.where,
    });
  if (file.kind !== "read") return {};
  const { providers, rotation } = file.sections;
  return { ...(providers && { providers }), ...(rotation && { rotation }) };
}
