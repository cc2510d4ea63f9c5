import * as z from "zod";
import { postureSection, toPostureConfig, type PostureSection } from "../../core/posture/posture-config.ts";
import type { PostureConfigOf } from "../../flows/ports/posture-config.ts";
import type { GithubApp } from "./app.ts";
import type { GithubClient } from "./client.ts";
import { readKeywardFile } from "./keyward-file.ts";

/** The organization's own repository, which its administrators keep. */
const home = ".github";

const sections = z.looseObject({ posture: postureSection.optional() });

/** Reads the section `posture` from the organization's file and from the repository's. */
export function createPostureConfigReader({ clientFor }: Pick<GithubApp, "clientFor">): PostureConfigOf {
  return async ({ installationId, owner, name }) => {
    const client = clientFor(installationId);
    const organization = await sectionIn(client, owner, home);
    const repository = name === home ? nothing : await sectionIn(client, owner, name);
    return {
      config: toPostureConfig(organization.section, repository.section, name),
      problems: [...organization.problems, ...repository.problems],
    };
  };
}

type Read = { readonly section: PostureSection; readonly problems: readonly string[] };

const nothing: Read = { section: {}, problems: [] };

async function sectionIn(client: GithubClient, owner: string, repo: string): Promise<Read> {
  const file = await readKeywardFile(client, { owner, repo }, sections);
  if (file.kind === "none") return nothing;
  if (file.kind === "read") return { section: file.sections.posture ?? {}, problems: [] };
  return {
    section: {},
    problems: [`the keyward.yml of ${owner}/${repo} is not understood (look at ${file.where.join(", ")})`],
  };
}
