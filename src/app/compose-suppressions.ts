import type { GithubApp } from "../adapters/github/app.ts";
import { createPullComments } from "../adapters/github/pull-comments.ts";
import type { BlobReader } from "../flows/ports/code-reader.ts";
import type { KeywardConfigOf } from "../flows/ports/keyward-config.ts";
import type { PublishPorts } from "../flows/publish-verdict.ts";
import type { PullCommentPorts } from "../flows/sync-pull-comment.ts";
import { rememberedSecrets, type SyncPorts } from "../flows/sync-suppressions.ts";

type Parts = {
  readonly github: GithubApp;
  readonly configOf: KeywardConfigOf;
  readonly readBlob: BlobReader;
  readonly scannerFor: Parameters<typeof rememberedSecrets>[1];
};

/** What the configuration suppresses and how the places that it names are read, and the comments on pull requests. */
export const composeSuppressions = ({
  github,
  configOf,
  readBlob,
  scannerFor,
}: Parts): Pick<SyncPorts, "suppressionsOf" | "secretsIn"> &
  Pick<PublishPorts, "wantsPullComments"> &
  Pick<PullCommentPorts, "pullComments"> => ({
  // As it is now: a push to the default branch may be why it is looked at.
  suppressionsOf: async (repo) => (await configOf(repo, repo.defaultBranch)).suppressions,
  wantsPullComments: async (repo) => (await configOf(repo, repo.defaultBranch)).commentsOnPulls,
  pullComments: createPullComments(github),
  secretsIn: rememberedSecrets(readBlob, scannerFor),
});
