import { matchesGlob } from "node:path/posix";
import type { JsonObject } from "../json.ts";
import type { Repository, Ruleset } from "../state.ts";
import { fullName, type World } from "../world.ts";
import { repositoryUrl } from "./repositories.ts";

/** Whether a ruleset is about a branch. */
export function rulesetCovers(ruleset: Ruleset, repository: Repository, branch: string): boolean {
  const { include = ["~DEFAULT_BRANCH"], exclude = [] } = ruleset;
  const names = (pattern: string): boolean =>
    pattern === "~ALL" ||
    (pattern === "~DEFAULT_BRANCH"
      ? branch === repository.defaultBranch
      : matchesGlob(`refs/heads/${branch}`, pattern));
  return include.some(names) && !exclude.some(names);
}

/** `repository-ruleset`. */
export function rulesetShape(world: World, repository: Repository, ruleset: Ruleset, mayChange: boolean): JsonObject {
  const { source = "Repository", enforcement = "active", include = ["~DEFAULT_BRANCH"], exclude = [] } = ruleset;
  const at = ruleset.history?.at(-1)?.at ?? repository.createdAt;
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: "branch",
    source_type: source,
    source: source === "Repository" ? fullName(repository) : repository.owner.login,
    enforcement,
    conditions: { ref_name: { include: [...include], exclude: [...exclude] } },
    ...(mayChange ? { bypass_actors: [...ruleset.bypassActors] } : {}),
    rules: [...ruleset.rules],
    _links: { self: { href: `${repositoryUrl(world, repository)}/rulesets/${ruleset.id}` } },
    created_at: ruleset.history?.[0]?.at ?? at,
    updated_at: at,
  };
}
