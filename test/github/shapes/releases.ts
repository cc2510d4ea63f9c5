/** How GitHub writes releases. */
import type { JsonObject } from "../json.ts";
import type { Release, Repository } from "../state.ts";
import type { World } from "../world.ts";
import { nodeId, userShape } from "./accounts.ts";
import { repositoryPage, repositoryUrl } from "./repositories.ts";

/** `release`. */
export function releaseShape(world: World, repository: Repository, release: Release): JsonObject {
  const url = `${repositoryUrl(world, repository)}/releases/${release.id}`;
  return {
    url,
    html_url: `${repositoryPage(world, repository)}/releases/tag/${release.tag}`,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    tarball_url: `${repositoryUrl(world, repository)}/tarball/${release.tag}`,
    zipball_url: `${repositoryUrl(world, repository)}/zipball/${release.tag}`,
    id: release.id,
    node_id: nodeId("RE", release.id),
    tag_name: release.tag,
    target_commitish: repository.defaultBranch,
    name: release.name,
    body: release.body,
    draft: false,
    prerelease: false,
    immutable: false,
    created_at: release.createdAt,
    published_at: release.createdAt,
    updated_at: release.updatedAt,
    author: userShape(world, release.author),
    assets: [],
  };
}
