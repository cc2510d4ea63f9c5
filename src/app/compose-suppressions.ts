import type { GithubApp } from "../adapters/github/app.ts";
import { createPullComments } from "../adapters/github/pull-comments.ts";
import type { RepoRef } from "../core/change/change.ts";
import type { ConfiguredSuppression } from "../core/suppression/suppression-config.ts";
import type { BlobReader } from "../flows/ports/code-reader.ts";
import type { FingerprintNames } from "../flows/ports/fingerprint-names.ts";
import type { KeywardConfigOf } from "../flows/ports/keyward-config.ts";
import type { PublishPorts } from "../flows/publish-verdict.ts";
import type { PullCommentPorts } from "../flows/sync-pull-comment.ts";
import { rememberedSecrets, type SyncPorts } from "../flows/sync-suppressions.ts";

type Parts = {
  readonly github: GithubApp;
  readonly configOf: KeywardConfigOf;
  readonly readBlob: BlobReader;
  readonly scannerFor: Parameters<typeof rememberedSecrets>[1];
  readonly names: Pick<FingerprintNames, "currentOf">;
};

/** What the configuration suppresses and how the places that it names are read, and the comments on pull requests. */
export const composeSuppressions = ({
  github,
  configOf,
  readBlob,
  scannerFor,
  names,
}: Parts): Pick<SyncPorts, "suppressionsOf" | "secretsIn"> &
  Pick<PublishPorts, "wantsPullComments"> &
  Pick<PullCommentPorts, "pullComments"> => ({
  // As it is now: a push to the default branch may be why it is looked at.
  suppressionsOf: async (repo) => currentNames(repo, (await configOf(repo, repo.defaultBranch)).suppressions, names),
  wantsPullComments: async (repo) => (await configOf(repo, repo.defaultBranch)).commentsOnPulls,
  pullComments: createPullComments(github),
  secretsIn: rememberedSecrets(readBlob, scannerFor),
});

/** A file may name a secret as a former key did. */
async function currentNames(
  { installationId }: RepoRef,
  suppressions: readonly ConfiguredSuppression[],
  { currentOf }: Pick<FingerprintNames, "currentOf">,
): Promise<readonly ConfiguredSuppression[]> {
  const named = suppressions.flatMap(({ secret }) => (secret.kind === "fingerprint" ? [secret.fingerprint] : []));
  const current = new Map((await currentOf(installationId, named)).map((name, at) => [named[at], name]));
  return suppressions.map((one) => {
    if (one.secret.kind !== "fingerprint") return one;
    const { fingerprint } = one.secret;
    return { ...one, secret: { kind: "fingerprint", fingerprint: current.get(fingerprint) ?? fingerprint } };
  });
}
