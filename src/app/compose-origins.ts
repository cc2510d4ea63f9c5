import type { CommitGraph } from "../adapters/git/commit-graph.ts";
import { createCommitOrigins } from "../adapters/git/commit-origins.ts";
import { openWorkTree } from "../adapters/git/work-tree.ts";
import type { CommitOrigins } from "../flows/ports/commit-origins.ts";

/** Tells where the commits of the repository around a directory come from. It is opened when first asked; `graph` may know all commits by then. */
export function composeOrigins(
  cwd: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
  graph: () => CommitGraph | null,
): CommitOrigins {
  let origins: Promise<CommitOrigins> | undefined;
  const open = async (): Promise<CommitOrigins> =>
    createCommitOrigins((await openWorkTree(cwd, environment, signal)).repository, graph);
  return async (commits) => (await (origins ??= open()))(commits);
}
