import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/** What is scanned when nothing is asked for: what every machine gets, to the byte, from npm. */
const treePackage = "aws-sdk@2.1692.0";
const historyPackage = "webpack";
const historyVersions = [
  "5.70.0",
  "5.73.0",
  "5.75.0",
  "5.77.0",
  "5.80.0",
  "5.82.1",
  "5.85.0",
  "5.88.2",
  "5.90.3",
  "5.91.0",
  "5.92.1",
  "5.93.0",
  "5.94.0",
  "5.95.0",
  "5.96.1",
  "5.97.1",
  "5.98.0",
  "5.99.9",
  "5.100.2",
  "5.101.3",
];

export type Sample = { readonly path: string; readonly title: string };

const kept = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "keyward-bench");

/** The files of a large package. */
export function sampleTree(): Sample {
  const path = made(`tree-${treePackage}`, (draft) => unpack(treePackage, draft));
  return { path, title: `the files of ${treePackage} from npm` };
}

/** A repository whose commits are the versions of a package, packed as git packs what it clones. */
export function sampleHistory(): Sample {
  const [first = "", last = ""] = [historyVersions[0], historyVersions.at(-1)];
  const path = made(`history-${historyPackage}-${first}-${last}`, (draft) => {
    git(draft, "init", "--quiet", "--initial-branch=main");
    for (const version of historyVersions) {
      for (const name of readdirSync(draft)) if (name !== ".git") rmSync(join(draft, name), { recursive: true });
      unpack(`${historyPackage}@${version}`, draft);
      git(draft, "add", "--all", "--force");
      git(draft, "commit", "--quiet", "--message", version);
      git(draft, "tag", version);
    }
    git(draft, "gc", "--quiet");
  });
  const count = historyVersions.length;
  return { path, title: `${count} versions of ${historyPackage} from npm (${first} to ${last}), each a commit` };
}

/** Made once for all later runs; one that was broken off is made again. */
function made(name: string, make: (draft: string) => void): string {
  const path = join(kept, name.replaceAll("/", "-"));
  if (existsSync(path)) return path;
  mkdirSync(kept, { recursive: true });
  const draft = mkdtempSync(`${path}.`);
  make(draft);
  renameSync(draft, path);
  return path;
}

function unpack(spec: string, into: string): void {
  const folder = mkdtempSync(join(tmpdir(), "keyward-bench-"));
  try {
    execFileSync("npm", ["pack", "--silent", "--ignore-scripts", spec], { cwd: folder, stdio: "ignore" });
    const [archive = ""] = readdirSync(folder);
    execFileSync("tar", ["-xzf", join(folder, archive), "-C", into, "--strip-components=1"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function git(cwd: string, ...words: readonly string[]): void {
  const date = "2026-01-01T00:00:00Z";
  const who = ["-c", "user.name=Keyward", "-c", "user.email=keyward@example.test", "-c", "commit.gpgSign=false"];
  const env = { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, GIT_CONFIG_GLOBAL: "/dev/null" };
  execFileSync("git", [...who, ...words], { cwd, env, stdio: ["ignore", "ignore", "inherit"] });
}
