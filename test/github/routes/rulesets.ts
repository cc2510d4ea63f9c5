import { saveRuleset } from "../actions/rulesets.ts";
import { isObject, objectIn, stringIn, stringsIn, type JsonObject } from "../json.ts";
import { notFound, Refusal, type Reply } from "../refusal.ts";
import { rulesetCovers, rulesetShape } from "../shapes/rulesets.ts";
import type { Ruleset } from "../state.ts";
import { fullName } from "../world.ts";
import { paged } from "./paging.ts";
import { inRepository, ok, type RepositoryCall, type Routes } from "./route.ts";

/** The rules of every active ruleset that covers the branch; those that are only evaluated, or off, are not among them. */
function branchRules(call: RepositoryCall): Reply {
  const { repository, params } = call;
  const active = repository.settings.rulesets.filter(
    (ruleset) =>
      (ruleset.enforcement ?? "active") === "active" && rulesetCovers(ruleset, repository, params["branch"] ?? ""),
  );
  const rules = active.flatMap(({ id, rules, source = "Repository" }) =>
    rules.map((rule) => ({
      ...rule,
      ruleset_source_type: source,
      ruleset_source: source === "Repository" ? fullName(repository) : repository.owner.login,
      ruleset_id: id,
    })),
  );
  return paged(call, rules, (rule) => rule);
}

function found({ repository, params }: RepositoryCall): Ruleset {
  const ruleset = repository.settings.rulesets.find(({ id }) => id === Number(params["ruleset_id"]));
  if (ruleset === undefined) throw notFound();
  return ruleset;
}

/** Who may pass by a ruleset is told only to those who may change it. */
function shapeFor({ world, repository, token }: RepositoryCall, ruleset: Ruleset): JsonObject {
  const permission = ruleset.source === "Organization" ? "organization_administration" : "administration";
  return rulesetShape(world, repository, ruleset, token.permissions[permission] === "write");
}

function wantedIn({ body }: RepositoryCall): Partial<Ruleset> {
  const objects = (key: string): readonly JsonObject[] | undefined => {
    const value = body[key];
    return Array.isArray(value) ? value.filter(isObject) : undefined;
  };
  const names = objectIn(objectIn(body, "conditions"), "ref_name");
  const given = {
    name: stringIn(body, "name"),
    enforcement: stringIn(body, "enforcement") as Ruleset["enforcement"],
    rules: objects("rules"),
    bypassActors: objects("bypass_actors"),
    include: stringsIn(names, "include"),
    exclude: stringsIn(names, "exclude"),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function create(call: RepositoryCall): Reply {
  const wanted = wantedIn(call);
  if (call.repository.settings.rulesets.some(({ name }) => name === wanted.name))
    throw new Refusal(422, "Validation Failed", [
      { resource: "RepositoryRuleset", field: "name", code: "custom", message: "Name must be unique" },
    ]);
  const made = saveRuleset(call.world, call.repository, null, wanted, call.bot);
  return ok(shapeFor(call, made), 201);
}

function update(call: RepositoryCall): Reply {
  const before = found(call);
  if (before.source === "Organization") throw notFound();
  return ok(shapeFor(call, saveRuleset(call.world, call.repository, before, wantedIn(call), call.bot)));
}

export const rulesetRoutes: Routes = {
  "repos/get-branch-rules": inRepository("metadata", "read", branchRules),
  "repos/get-repo-ruleset": inRepository("metadata", "read", (call) => ok(shapeFor(call, found(call)))),
  "repos/get-repo-rulesets": inRepository("metadata", "read", (call) => {
    const parents = call.query.get("includes_parents") !== "false";
    const shown = call.repository.settings.rulesets.filter(({ source }) => parents || source !== "Organization");
    // The list leaves out what the rulesets say.
    return paged(call, shown, (ruleset) => {
      const { rules: _rules, conditions: _conditions, bypass_actors: _actors, ...rest } = shapeFor(call, ruleset);
      return rest;
    });
  }),
  "repos/create-repo-ruleset": inRepository("administration", "write", create),
  "repos/update-repo-ruleset": inRepository("administration", "write", update),
  "repos/get-repo-ruleset-history": inRepository("administration", "write", (call) =>
    paged(call, [...(found(call).history ?? []).entries()].toReversed(), ([index, { by, at }]) => ({
      version_id: index + 1,
      actor: { id: by, type: "User" },
      updated_at: at,
    })),
  ),
};
