import { timestamp } from "../clock.ts";
import type { JsonObject } from "../json.ts";
import { releaseShape } from "../shapes/releases.ts";
import type { Account, Release, Repository } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import type { World } from "../world.ts";

type About = { readonly action: string; readonly sender: Account; readonly fields?: JsonObject };

function emitRelease(world: World, repository: Repository, release: Release, about: About): void {
  const fields = { release: releaseShape(world, repository, release), ...about.fields };
  emit(world, repository, { event: "release", action: about.action, sender: about.sender, fields });
}

/** Publishes a release; GitHub also tells that it was created. */
export function publishRelease(
  world: World,
  repository: Repository,
  wanted: Pick<Release, "author" | "tag" | "name" | "body">,
): Release {
  const at = timestamp();
  const release: Release = { ...wanted, id: world.nextId(), createdAt: at, updatedAt: at };
  repository.releases.push(release);
  for (const action of ["created", "published"])
    emitRelease(world, repository, release, { action, sender: wanted.author });
  return release;
}

/** Changes a release's name or notes. */
export function editRelease(
  world: World,
  repository: Repository,
  release: Release,
  { name = release.name, body = release.body }: Partial<Pick<Release, "name" | "body">>,
  by: Account,
): void {
  const changes = {
    ...(name === release.name ? {} : { name: { from: release.name ?? "" } }),
    ...(body === release.body ? {} : { body: { from: release.body ?? "" } }),
  };
  if (Object.keys(changes).length === 0) return;
  release.name = name;
  release.body = body;
  release.updatedAt = timestamp();
  emitRelease(world, repository, release, { action: "edited", sender: by, fields: { changes } });
}
