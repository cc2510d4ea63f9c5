import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";

type Content = string | Buffer;

/** What stands at a path: content of a plain file, another mode, a link to a submodule's commit, or null for a path that is removed. */
export type TestFile =
  Content | { readonly mode: "100755" | "120000"; readonly content: Content } | { readonly submodule: string } | null;

export type TestCommit = {
  /** Ids, or places in the list of commits that are made together. */
  readonly parents?: readonly (string | number)[];
  /** Changes against the first parent. */
  readonly files?: Readonly<Record<string, TestFile>>;
  /** Likewise, for paths that are not UTF-8. */
  readonly rawFiles?: readonly (readonly [path: Buffer, file: TestFile])[];
  /** Whether the commit has only `files`, whatever its parent has. */
  readonly wholeTree?: boolean;
  readonly subject?: Content;
  readonly author?: Content;
  /** Seconds since 1970. */
  readonly time?: number;
};

/** A bare repository made by real git commands. */
export type TestRepository = {
  readonly directory: string;
  readonly git: (args: readonly string[], input?: Content) => Promise<string>;
  readonly commit: (commit: TestCommit) => Promise<string>;
  readonly commits: (commits: readonly TestCommit[]) => Promise<string[]>;
  readonly setRef: (ref: string, sha: string) => Promise<void>;
};

/** Makes an empty bare repository that serves partial clones and any object by id, as GitHub does. */
export async function createTestRepository(
  directory: string,
  options: { readonly objectFormat?: "sha1" | "sha256"; readonly config?: Readonly<Record<string, string>> } = {},
): Promise<TestRepository> {
  await mkdir(directory, { recursive: true });
  const git = (args: readonly string[], input?: Content): Promise<string> => runGit(directory, args, input);
  const format = `--object-format=${options.objectFormat ?? "sha1"}`;
  await git(["init", "--quiet", "--bare", "--template=", "--initial-branch=main", format]);
  const config = {
    "uploadpack.allowFilter": "true",
    "uploadpack.allowAnySHA1InWant": "true",
    "gc.auto": "0",
    "core.compression": "0",
  };
  for (const [key, value] of Object.entries({ ...config, ...options.config })) await git(["config", key, value]);
  const commits = async (list: readonly TestCommit[]): Promise<string[]> => {
    const stream = importStream(list, options.objectFormat === "sha256" ? 64 : 40);
    const output = await git(["fast-import", "--quiet", "--force", "--date-format=raw"], stream);
    return output.trim().split("\n");
  };
  return {
    directory,
    git,
    commits,
    commit: async (commit) => (await commits([commit]))[0] ?? "",
    setRef: async (ref, sha) => void (await git(["update-ref", ref, sha])),
  };
}

function runGit(directory: string, args: readonly string[], input: Content = ""): Promise<string> {
  const env = {
    PATH: process.env["PATH"],
    GIT_DIR: directory,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  const child = spawn("git", args, { env: { ...env, LC_ALL: "C" } });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  child.stdin.on("error", () => child.stdin.destroy());
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString("utf8"));
      else reject(new Error(`git ${args.join(" ")} exited with ${code}: ${Buffer.concat(err).toString()}`));
    });
  });
}

/** The commits in the language of git-fast-import(1); it prints the ids. */
function importStream(commits: readonly TestCommit[], idLength: number): Buffer {
  const parts: (string | Buffer)[] = [];
  const data = (content: Content): void => {
    const bytes = Buffer.from(content);
    parts.push(`data ${bytes.length}\n`, bytes, "\n");
  };
  for (const [index, commit] of commits.entries()) {
    const {
      parents = [],
      files = {},
      rawFiles = [],
      subject = `commit ${index}`,
      author = "Ada <ada@example.test>",
    } = commit;
    const time = commit.time ?? 1_700_000_000 + index;
    const names = parents.map((parent) => (typeof parent === "number" ? `:${parent + 1}` : parent));
    parts.push(`reset refs/import\n\ncommit refs/import\nmark :${index + 1}\n`);
    parts.push("author ", author, ` ${time} +0000\ncommitter ${committer} ${time} +0000\n`);
    data(subject);
    for (const [order, name] of names.entries()) parts.push(`${order === 0 ? "from" : "merge"} ${name}\n`);
    if (commit.wholeTree === true) parts.push("deleteall\n");
    for (const [path, file] of [...Object.entries(files), ...rawFiles]) addFile(Buffer.from(path), file, parts, data);
    parts.push(`\nget-mark :${index + 1}\n`);
  }
  parts.push(`reset refs/import\nfrom ${"0".repeat(idLength)}\n`);
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

const committer = "Grace <grace@example.test>";

function addFile(path: Buffer, file: TestFile, parts: (string | Buffer)[], data: (content: Content) => void): void {
  const name = `"${Array.from(path, (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")}"`;
  if (file === null) {
    parts.push(`D ${name}\n`);
  } else if (typeof file === "object" && "submodule" in file) {
    parts.push(`M 160000 ${file.submodule} ${name}\n`);
  } else {
    const { mode, content } = typeof file === "object" && "mode" in file ? file : { mode: "100644", content: file };
    parts.push(`M ${mode} inline ${name}\n`);
    data(content);
  }
}
