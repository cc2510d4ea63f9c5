/** Why a fetch failed, as far as git's messages tell. `local` is all the rest: the fault is on our side of the wire. */
export type RemoteProblem =
  | { readonly kind: "not-found" }
  | { readonly kind: "denied" }
  /** The server does not have the object (or does not give it). */
  | { readonly kind: "no-such-object"; readonly sha: string | null }
  | { readonly kind: "no-such-ref" }
  | { readonly kind: "unreachable" }
  | { readonly kind: "local" };

/**
 * Reads the messages of a failed `git fetch` or `ls-remote` (in the C locale). The sentences are those of git's remote-curl.c, http.c,
 * fetch-pack.c and upload-pack.c, and of GitHub ("Repository not found.").
 */
export function remoteProblemOf(stderr: string): RemoteProblem {
  const object = /not our ref ([0-9a-f]{40,64})/.exec(stderr) ?? /unadvertised object ([0-9a-f]{40,64})/.exec(stderr);
  if (object !== null) return { kind: "no-such-object", sha: object[1] ?? null };
  if (/couldn't find remote ref/.test(stderr)) return { kind: "no-such-ref" };
  if (/Repository not found|repository '[^']*' not found|returned error: 404/i.test(stderr))
    return { kind: "not-found" };
  if (/rate limit|too many requests/i.test(stderr)) return { kind: "unreachable" };
  if (/Authentication failed|could not read (?:Username|Password)|returned error: (?:401|403)/.test(stderr)) {
    return { kind: "denied" };
  }
  const unreachable =
    /unable to access|remote error|RPC failed|hung up|early EOF|unexpected disconnect|Could not resolve|timed out|returned error: \d|fetch-pack: (?:invalid|unexpected)|expected (?:flush|'packfile')|remote did not send|bad band|protocol error/i;
  return { kind: unreachable.test(stderr) ? "unreachable" : "local" };
}

/** The remote did not give what was asked for. */
export class RemoteRefusal extends Error {
  readonly problem: RemoteProblem;

  constructor(problem: RemoteProblem, message: string, cause: unknown) {
    super(message, { cause });
    this.name = "RemoteRefusal";
    this.problem = problem;
  }
}
