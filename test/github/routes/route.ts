import type { Json, JsonObject } from "../json.ts";
import { notFound, Refusal, type Reply } from "../refusal.ts";
import { includes, isVisible, lookUp } from "../access.ts";
import type { Account, Installation, Repository, Token } from "../state.ts";
import type { World } from "../world.ts";

/** Who asks. */
export type Actor =
  | { readonly kind: "anonymous" }
  | { readonly kind: "app" }
  | { readonly kind: "installation"; readonly token: Token; readonly text: string };

/** A REST request whose operation is known and whose parameters and body fit the description. */
export type Call = {
  readonly world: World;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  /** For redirects and links to other pages. */
  readonly method: string;
  readonly path: string;
};

export type Answer = Reply | Promise<Reply>;

/** How an operation is answered, and to whom. */
export type Route = { readonly as: Actor["kind"]; readonly handle: (call: Call) => Answer };

export type Routes = Readonly<Record<string, Route>>;

export const ok = (body: Json, status = 200): Reply => ({ status, body });

/** An operation of the app itself, with a JSON web token. */
export const asApp = (handle: Route["handle"]): Route => ({ as: "app", handle });

/** An operation that anyone may ask for. */
export const asAnyone = (handle: Route["handle"]): Route => ({ as: "anonymous", handle });

export type InstallationCall = Call & {
  readonly token: Token;
  readonly tokenText: string;
  readonly installation: Installation;
};

/** An operation with an installation token. */
export const asInstallation = (handle: (call: InstallationCall) => Answer): Route => ({
  as: "installation",
  handle: (call) => {
    if (call.actor.kind !== "installation") throw new Refusal(401, "Requires authentication");
    const { token, text } = call.actor;
    return handle({ ...call, token, tokenText: text, installation: token.installation });
  },
});

export type RepositoryCall = InstallationCall & {
  readonly repository: Repository;
  /** Who writes: the app's bot. */
  readonly bot: Account;
};

/**
 * An operation on a repository that the installation sees, with the permission it takes. Any of several permissions will do,
 * as `issues` or `pull_requests` for a comment.
 */
export const inRepository = (
  permission: string | readonly string[],
  level: "read" | "write",
  handle: (call: RepositoryCall) => Answer,
): Route =>
  asInstallation((call) => {
    const repository = findRepository(call);
    const permissions = typeof permission === "string" ? [permission] : permission;
    const granted = permissions.map((name) => call.token.permissions[name]);
    const isOurs = includes(call.world, call.token, repository);
    const enough = (grant: string | undefined): boolean =>
      grant !== undefined && (level === "read" || grant !== "read");
    if (!(isOurs ? granted.some(enough) : level === "read"))
      throw new Refusal(403, "Resource not accessible by integration");
    if (level === "write" && repository.archived) throw new Refusal(403, "Repository was archived so is read-only.");
    return handle({ ...call, repository, bot: call.world.app.bot });
  });

/** The repository a path names, if the token may see it. A former name is answered with a redirect. */
function findRepository(call: InstallationCall): Repository {
  const { owner = "", repo = "" } = call.params;
  const found = lookUp(call.world, owner, repo);
  if (found === undefined || !isVisible(call.world, call.token, found.repository)) throw notFound();
  if (!found.formerName) return found.repository;
  const rest = call.path.split("/").slice(4).join("/");
  const location = `${call.world.apiUrl}/repositories/${found.repository.id}${rest === "" ? "" : `/${rest}`}`;
  throw new Refusal(call.method === "GET" ? 301 : 307, "Moved Permanently", [], { location });
}
