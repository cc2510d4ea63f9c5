import { editRelease } from "../actions/releases.ts";
import { stringIn } from "../json.ts";
import { notFound, type Reply } from "../refusal.ts";
import { releaseShape } from "../shapes/releases.ts";
import type { Release } from "../state.ts";
import { paged } from "./paging.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

function releaseOf({ repository, params }: RepositoryCall): Release {
  const release = repository.releases.find(({ id }) => id === Number(params["release_id"]));
  if (release === undefined) throw notFound();
  return release;
}

function update(call: RepositoryCall): Reply {
  const { world, repository, body, bot } = call;
  const release = releaseOf(call);
  const [name, text] = [stringIn(body, "name"), stringIn(body, "body")];
  const change = { ...(name === undefined ? {} : { name }), ...(text === undefined ? {} : { body: text }) };
  editRelease(world, repository, release, change, bot);
  return ok(releaseShape(world, repository, release));
}

export const releaseRoutes: Routes = {
  "repos/get-release": inRepository("contents", "read", (call) =>
    ok(releaseShape(call.world, call.repository, releaseOf(call))),
  ),
  "repos/list-releases": inRepository("contents", "read", (call) =>
    paged(call, call.repository.releases.toReversed(), (release) => releaseShape(call.world, call.repository, release)),
  ),
  "repos/update-release": inRepository("contents", "write", update),
};
