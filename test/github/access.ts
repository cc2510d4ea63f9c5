/** Who may see what. */
import type { Account, Repository, Role, Token } from "./state.ts";
import { fullName, installationOf, type World } from "./world.ts";

/** A repository by its present or a former name, in any case of letters. */
export function lookUp(
  world: World,
  owner: string,
  name: string,
): { readonly repository: Repository; readonly formerName: boolean } | undefined {
  const wanted = `${owner}/${name}`.toLowerCase();
  // There may be thousands: their whole names are not put together to be compared.
  const ofName = name.toLowerCase();
  for (const repository of world.repositories.values())
    if (repository.name.toLowerCase() === ofName && fullName(repository).toLowerCase() === wanted)
      return { repository, formerName: false };
  const renamed = world.renamed.get(wanted);
  return renamed === undefined ? undefined : { repository: renamed, formerName: true };
}

/** Whether a token was given for a repository: it belongs to the installation, and the token was not narrowed to others. */
export const includes = (world: World, token: Token, repository: Repository): boolean =>
  installationOf(world, repository) === token.installation && (token.repositoryIds?.has(repository.id) ?? true);

/** Public repositories are visible to every token, others only to those that include them. */
export const isVisible = (world: World, token: Token, repository: Repository): boolean =>
  repository.visibility === "public" || includes(world, token, repository);

/** A person's role in a repository: the owner is its administrator, and anyone may read what is public. */
export function roleOf(repository: Repository, account: Account): Role | null {
  if (repository.owner.id === account.id) return "admin";
  return repository.roles.get(account.id) ?? (repository.visibility === "public" ? "read" : null);
}
