import { timestamp } from "../clock.ts";
import { rulesetShape } from "../shapes/rulesets.ts";
import type { Account, Repository, Ruleset } from "../state.ts";
import { nodeId, organizationShape } from "../shapes/accounts.ts";
import { emit, emitToApp } from "../webhooks/emit.ts";
import { installationOf, type World } from "../world.ts";

/** Makes a ruleset or changes one, notes who did, and tells. */
export function saveRuleset(
  world: World,
  repository: Repository,
  before: Ruleset | null,
  wanted: Partial<Ruleset>,
  by: Account,
): Ruleset {
  const fresh: Ruleset = { id: world.nextId(), name: "unnamed", rules: [], bypassActors: [] };
  const history = [...(before?.history ?? []), { by: by.id, at: timestamp() }];
  const saved: Ruleset = { ...(before ?? fresh), ...wanted, history };
  const others = repository.settings.rulesets.filter(({ id }) => id !== saved.id);
  repository.settings = { ...repository.settings, rulesets: [...others, saved] };
  tell(world, repository, saved, before === null ? "created" : "edited", by);
  return saved;
}

export function deleteRuleset(world: World, repository: Repository, ruleset: Ruleset, by: Account): void {
  const rulesets = repository.settings.rulesets.filter(({ id }) => id !== ruleset.id);
  repository.settings = { ...repository.settings, rulesets };
  tell(world, repository, ruleset, "deleted", by);
}

/** The same for all repositories of an organization. The event names none of them. */
export function saveOrganizationRuleset(
  world: World,
  organization: Account,
  wanted: Partial<Ruleset>,
  by: Account,
): void {
  const repositories = [...world.repositories.values()].filter(({ owner }) => owner.id === organization.id);
  const fresh = { id: world.nextId(), name: "unnamed", rules: [], bypassActors: [], history: [] };
  const saved: Ruleset = { ...fresh, ...wanted, source: "Organization" };
  for (const repository of repositories) {
    const others = repository.settings.rulesets.filter(({ name }) => name !== saved.name);
    repository.settings = { ...repository.settings, rulesets: [...others, saved] };
  }
  const [any] = repositories;
  const installation = any === undefined ? undefined : installationOf(world, any);
  if (any === undefined || installation === undefined) return;
  const fields = {
    repository_ruleset: rulesetShape(world, any, saved, true),
    organization: organizationShape(world, organization),
    installation: { id: installation.id, node_id: nodeId("MDIz", installation.id) },
  };
  emitToApp(world, installation, { event: "repository_ruleset", action: "created", sender: by, fields });
}

function tell(world: World, repository: Repository, ruleset: Ruleset, action: string, by: Account): void {
  const fields = { repository_ruleset: rulesetShape(world, repository, ruleset, true) };
  emit(world, repository, { event: "repository_ruleset", action, sender: by, fields });
}
