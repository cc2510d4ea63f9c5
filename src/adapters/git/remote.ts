import type { RepoRef } from "../../core/change/change.ts";
import { untraced, type Trace } from "../../flows/ports/tracing.ts";
import { basicCredential, remoteEnvironment } from "./environment.ts";
import { GitFailed } from "./git-process.ts";
import { RemoteRefusal, remoteProblemOf } from "./remote-problem.ts";
import type { Repository } from "./repository.ts";
import { scrubCredentials } from "./scrub.ts";

/** Gives a token to read the repository with. `fresh` asks for a newly made one, because the one at hand was refused. */
export type TokenSource = (repo: RepoRef, use: { readonly fresh: boolean }) => Promise<string>;

/** The repository at the other end. Every function throws `RemoteRefusal` when the remote says no. */
export type Remote = {
  /** The object a ref names now, or null when there is no such ref. */
  readonly resolveRef: (ref: string) => Promise<string | null>;
  /** Every ref with the object it names now. */
  readonly listRefs: () => Promise<readonly { readonly ref: string; readonly sha: string }[]>;
  /**
   * Brings objects (by id) and refs (by full name) with their histories, apart from what `haves` lead to. What is here already is not
   * asked for at all, except with "nothing", which brings everything again. Blobs come as the filter says; those that are
   * asked for by id come whatever it says.
   */
  readonly fetch: (what: {
    readonly wants: readonly string[];
    readonly haves: readonly string[] | "nothing";
    readonly filter: "blob:none" | `blob:limit=${number}`;
  }) => Promise<void>;
  /** Moves a ref to a commit that is here, if it still is where it is expected. Takes a token that may. */
  readonly push: (what: { readonly commit: string; readonly ref: string; readonly expected: string }) => Promise<void>;
};

export type RemoteOptions = {
  readonly url: string;
  readonly token: TokenSource;
  readonly timeoutMs: number;
  readonly trace?: Trace;
  /** Something was fetched into the cache, in whole or in part. */
  readonly onFetched?: FetchNotice;
};

/** Takes word of a cache that has become larger. */
export type FetchNotice = (gitDir: string) => void;

/** The remote of a cached repository, reached with a token that is asked for once, and once more if it is refused. */
export function remoteOf(repository: Repository, repo: RepoRef, options: RemoteOptions): Remote {
  const url = checkedUrl(options.url);
  let token = options.token(repo, { fresh: false });
  // Awaited at the first use; a rejection before that is not unhandled.
  token.catch(() => undefined);

  const attempt = async (args: readonly string[], input: string): Promise<Buffer> => {
    const secret = await token;
    const scrub = (text: string): string => scrubCredentials(text, [secret, basicCredential(secret)]);
    const env = remoteEnvironment(url, secret);
    try {
      return await repository.runWith(args, input, { env, scrub, timeoutMs: options.timeoutMs });
    } catch (error) {
      if (!(error instanceof GitFailed) || error.why !== "exit") throw error;
      throw new RemoteRefusal(remoteProblemOf(error.stderr), error.message, error);
    }
  };

  const { trace = untraced } = options;
  const attributes = { "keyward.installation": repo.installationId, "keyward.repository": repo.repoId };
  const ask = (args: readonly string[], input = ""): Promise<Buffer> =>
    trace({ name: `git ${args[0]}`, kind: "client" }, attributes, async (note) => {
      try {
        return await attempt(args, input);
      } catch (error) {
        if (!(error instanceof RemoteRefusal) || error.problem.kind !== "denied") throw error;
        note({ "keyward.retries": 1 });
        token = options.token(repo, { fresh: true });
        return attempt(args, input);
      }
    });

  return {
    resolveRef: async (ref) => {
      const lines = (await ask(["ls-remote", "--quiet", "origin", ref])).toString("utf8").split("\n");
      const line = lines.find((line) => line.endsWith(`\t${ref}`));
      return line === undefined ? null : (line.split("\t")[0] ?? null);
    },
    listRefs: async () => {
      const lines = (await ask(["ls-remote", "--quiet", "--refs", "origin"])).toString("utf8").split("\n");
      return lines.flatMap((line) => {
        const [sha = "", ref] = line.split("\t");
        return ref === undefined ? [] : { ref, sha };
      });
    },
    fetch: async ({ wants, haves, filter }) => {
      // The cache has no refs, so that git claims to have exactly these.
      const tips = haves === "nothing" ? ["--refetch"] : haves.map((sha) => `--negotiation-tip=${sha}`);
      const args = ["fetch", ...fetchOptions, `--filter=${filter}`, ...tips, "--stdin", "origin"];
      try {
        await ask(args, `${wants.join("\n")}\n`);
      } finally {
        options.onFetched?.(repository.gitDir);
      }
    },
    push: async ({ commit, ref, expected }) => {
      // Not thin: what a delta would be made against may not be here.
      const args = ["push", "--quiet", "--no-thin", `--force-with-lease=${ref}:${expected}`, "origin"];
      await ask([...args, `${commit}:${ref}`]);
    },
  };
}

const fetchOptions = [
  "--quiet",
  "--no-tags",
  "--no-write-fetch-head",
  "--no-auto-maintenance",
  "--no-recurse-submodules",
];

/** The URL is given to git by the environment only, but no credential belongs in it all the same. */
function checkedUrl(text: string): string {
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") throw new Error("Expected a remote URL without user and password.");
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new Error(`Expected a remote URL with https, found ${url.protocol}`);
  }
  return text;
}
