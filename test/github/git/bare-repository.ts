import { existsSync } from "node:fs";
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { git, gitText, zeroSha } from "./git.ts";
import { looseBranch, looseObject } from "./loose-objects.ts";

/** Where a receive-pack process of ours is told to write what it changed: one `old new ref` a line. */
export const updatesVariable = "LOCAL_GITHUB_UPDATES";

const settings: Readonly<Record<string, string>> = {
  "http.receivepack": "true",
  "uploadpack.allowFilter": "true",
  "uploadpack.allowAnySHA1InWant": "true",
  // Pull requests are GitHub's to write.
  "receive.hideRefs": "refs/pull",
  // A force push makes the old commits unreachable; GitHub still serves them for a long time.
  "gc.auto": "0",
  "core.logAllRefUpdates": "false",
  "receive.denyDeleteCurrent": "ignore",
};

/** Makes an empty bare repository that is served over HTTP. */
export async function createBareRepository(directory: string, defaultBranch: string): Promise<void> {
  await mkdir(join(directory, "hooks"), { recursive: true });
  // An empty template: no sample hooks.
  await git(directory, ["init", "--quiet", "--bare", "--template=", `--initial-branch=${defaultBranch}`, "."]);
  const config = Object.entries(settings).map(([name, value]) => {
    const [section = "", key = ""] = name.split(".");
    return `[${section}]\n\t${key} = ${value}\n`;
  });
  await appendFile(join(directory, "config"), config.join(""));
  const hook = `#!/bin/sh\n[ -z "$${updatesVariable}" ] || exec cat > "$${updatesVariable}"\n`;
  await writeFile(join(directory, "hooks/post-receive"), hook, { mode: 0o755 });
}

/** A ref that was moved. `before` is all zeros when it is new, `after` when it is gone. */
export type RefUpdate = { readonly ref: string; readonly before: string; readonly after: string };

/** The lines a `post-receive` hook is given. */
export const parseUpdates = (text: string): RefUpdate[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [before = "", after = "", ...ref] = line.split(" ");
      return { before, after, ref: ref.join(" ") };
    });

/** A tag comes before a branch of the same name. */
const mayBeTag = (directory: string, name: string): boolean =>
  existsSync(join(directory, "refs/tags", name)) || existsSync(join(directory, "packed-refs"));

/** The commit a branch, tag or other name stands for, or null. */
export async function commitOf(directory: string, name: string): Promise<string | null> {
  if (name === zeroSha) return null;
  if ((await looseObject(directory, name))?.type === "commit") return name;
  const branch = await looseBranch(directory, name.startsWith("refs/") ? name : `refs/heads/${name}`);
  if (branch !== null && (name.startsWith("refs/") || !mayBeTag(directory, name))) return branch;
  const out = await git(directory, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]).catch(
    () => null,
  );
  return out === null ? null : out.toString().trim();
}

export type Ref = { readonly ref: string; readonly sha: string; readonly type: string };

/** The ref of this name, with the object it names; null: there is none. */
export async function refNamed(directory: string, name: string): Promise<Ref | null> {
  const sha = await looseBranch(directory, name);
  if (sha !== null) return { ref: name, sha, type: "commit" };
  return (await refsUnder(directory, name)).find(({ ref }) => ref === name) ?? null;
}

/** Every ref under a prefix, with the object it names. */
export async function refsUnder(directory: string, prefix: string): Promise<Ref[]> {
  const out = await gitText(directory, ["for-each-ref", "--format=%(objectname) %(objecttype) %(refname)", prefix]);
  return out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [sha = "", type = "", ...ref] = line.split(" ");
      return { sha, type, ref: ref.join(" ") };
    });
}
