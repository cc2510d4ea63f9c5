import { parseDocument } from "yaml";
import * as z from "zod";
import { providerSections, type ProviderConfig } from "../../core/provider/provider-config.ts";
import type { Logger } from "../../flows/ports/system.ts";
import type { GithubApp } from "./app.ts";
import { hasStatus } from "./errors.ts";

/** The file of the organization's own repository, which its administrators keep. */
const home = { repo: ".github", path: ".github/keyward.yml" } as const;
const freshMs = 30_000;

const file = z.looseObject(providerSections);

/** What an organization's administrators allow concerning providers. Nothing, where the file is missing or not understood. */
export function createProviderConfigReader(
  app: Pick<GithubApp, "clientFor">,
  log: Logger,
): (installationId: number) => Promise<ProviderConfig> {
  const read = new Map<number, { readonly at: number; readonly config: ProviderConfig }>();
  return async (installationId) => {
    const known = read.get(installationId);
    if (known && performance.now() - known.at < freshMs) return known.config;
    const text = await textOf(installationId, app);
    const config = text === null ? {} : configIn(text, installationId, log);
    read.set(installationId, { at: performance.now(), config });
    return config;
  };
}

const reposReply = z.object({ repositories: z.array(z.object({ owner: z.object({ login: z.string() }) })) });

async function textOf(installationId: number, app: Pick<GithubApp, "clientFor">): Promise<string | null> {
  const { apps, repos } = app.clientFor(installationId).rest;
  const { repositories } = reposReply.parse((await apps.listReposAccessibleToInstallation({ per_page: 1 })).data);
  const owner = repositories[0]?.owner.login;
  if (owner === undefined) return null;
  try {
    const { data } = await repos.getContent({ owner, ...home });
    const content = z.object({ content: z.string(), encoding: z.literal("base64") }).safeParse(data);
    return content.success ? Buffer.from(content.data.content, "base64").toString("utf8") : null;
  } catch (error) {
    if (hasStatus(error, 404, 403)) return null;
    throw error;
  }
}

function configIn(text: string, installationId: number, log: Logger): ProviderConfig {
  const document = parseDocument(text);
  const parsed = file.safeParse(document.errors.length > 0 ? null : (document.toJS() ?? {}));
  if (parsed.success) {
    const { providers, rotation } = parsed.data;
    return { ...(providers && { providers }), ...(rotation && { rotation }) };
  }
  log.warn("the organization's keyward.yml is not understood, so no provider is asked anything", {
    installation: installationId,
    where: parsed.error.issues.map((issue) => issue.path.join(".")),
  });
  return {};
}
