import { createHash, randomBytes } from "node:crypto";
import { createContentExpander } from "../adapters/archives/content-expander.ts";
import { GitFailed } from "../adapters/git/git-process.ts";
import { listTree } from "../adapters/git/list-tree.ts";
import { type PlacedBlob, readPlacedBlobs } from "../adapters/git/read-placed-blobs.ts";
import type { Repository } from "../adapters/git/repository.ts";
import { NoWorkTree, openWorkTree } from "../adapters/git/work-tree.ts";
import { createFingerprinter } from "../adapters/system/fingerprinter.ts";
import { pathText } from "../core/change/path-text.ts";
import { createDeepScanner } from "../core/scan/deep-scanner.ts";
import { importSuppressions, type CommittedFile, type Imported } from "../flows/import-suppressions.ts";
import { composeEngine } from "./compose-engine.ts";
import { composeRules } from "./compose-rules.ts";

const maxBytes = 32 * 1024 * 1024;
const maxListBytes = 512 * 1024 * 1024;
const link = "160000";

/** Imports from the repository around a directory; `problem` says why that cannot be done. */
export async function importFrom(
  directory: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Imported | { readonly problem: string }> {
  const expander = createContentExpander();
  try {
    const { repository } = await openWorkTree(directory, environment, signal);
    const { ruleSet, detectors } = composeRules({
      files: [],
      withDefault: true,
      generic: true,
      entropy: null,
      disabled: [],
    });
    // Nothing keyed leaves here: places are what is written down.
    const engine = composeEngine(ruleSet, detectors)(createFingerprinter(randomBytes(32), "local"));
    return await importSuppressions({
      files: () => filesOf(repository),
      fileAt: (commit, path) => fileAt(repository, commit, path),
      scanner: createDeepScanner(engine, expander),
      sha1: (text) => createHash("sha1").update(text).digest("hex"),
    });
  } catch (error) {
    if (error instanceof NoWorkTree) return { problem: error.message };
    throw error;
  } finally {
    await expander.close();
  }
}

async function* filesOf(repository: Repository): AsyncGenerator<CommittedFile, void, undefined> {
  const blobs: PlacedBlob[] = [];
  await listTree(repository, "HEAD", maxListBytes, ({ mode, sha, path }) => {
    if (mode !== link) blobs.push({ sha, path });
  });
  const idOf = new Map(blobs.map(({ sha, path }) => [pathText(path), sha] as const));
  for await (const content of readPlacedBlobs(repository, blobs, maxBytes)) {
    const { path } = content;
    if (content.kind === "read") yield { path, blob: idOf.get(path) ?? "", bytes: content.bytes };
  }
}

async function fileAt(repository: Repository, commit: string, path: string): Promise<CommittedFile | null> {
  const sha = await blobAt(repository, `${commit}:${path}`);
  if (sha === null) return null;
  for await (const content of readPlacedBlobs(repository, [{ sha, path }], maxBytes))
    if (content.kind === "read") return { path, blob: sha, bytes: content.bytes };
  return null;
}

async function blobAt(repository: Repository, name: string): Promise<string | null> {
  try {
    const asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", name];
    return (await repository.run(asked)).toString("latin1").trim();
  } catch (error) {
    if (error instanceof GitFailed && error.why === "exit") return null;
    throw error;
  }
}
