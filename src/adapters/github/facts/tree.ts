import * as z from "zod";
import { toByteText } from "../../../core/scan/byte-text.ts";
import { type Fact, unknown } from "../../../core/posture/fact.ts";
import type { TreeFacts, WorkflowFile } from "../../../core/posture/facts.ts";
import { isWorkflow } from "../../../core/posture/workflow-file.ts";
import { hasStatus } from "../errors.ts";
import { asked, type Inquiry } from "./asking.ts";

const reply = z.object({
  truncated: z.boolean(),
  tree: z.array(z.object({ path: z.string(), type: z.string(), sha: z.string(), size: z.number().optional() })),
});
type Entry = z.infer<typeof reply>["tree"][number];

/** The whole tree of the default branch; null if there is no commit yet. */
export type Tree = { readonly truncated: boolean; readonly files: readonly Entry[] } | null;

/** https://docs.github.com/en/rest/git/trees#get-a-tree */
export function readTree({ rest, repo }: Inquiry, branch: string): Promise<Fact<Tree>> {
  return asked("what files there are", "contents: read", async () => {
    try {
      const { data } = await rest.git.getTree({ ...repo, tree_sha: branch, recursive: "1" });
      const { truncated, tree } = reply.parse(data);
      return { truncated, files: tree.filter(({ type }) => type === "blob") };
    } catch (error) {
      if (hasStatus(error, 404, 409)) return null;
      throw error;
    }
  });
}

export const treeTooLong = "GitHub lists only a part of the files of so large a repository";
const tooLong = unknown(treeTooLong);

/** A tree that GitHub cut off is not known. */
export async function treeFacts(inquiry: Inquiry, tree: Fact<Tree>): Promise<Fact<TreeFacts>> {
  if (tree.kind === "unknown") return tree;
  if (tree.value === null) return { kind: "known", value: { paths: [], ignoreFiles: [] } };
  if (tree.value.truncated) return tooLong;
  const { files } = tree.value;
  const ignoring = files.filter(({ path }) => path === ".gitignore" || path.endsWith("/.gitignore"));
  const ignoreFiles = await inTurn(ignoring, async ({ path, sha }) => ({
    folder: toByteText(path.split("/").slice(0, -1).join("/")),
    text: (await readBlob(inquiry, sha)).toString("latin1"),
  }));
  return { kind: "known", value: { paths: files.map(({ path }) => toByteText(path)), ignoreFiles } };
}

export async function workflowFiles(inquiry: Inquiry, tree: Fact<Tree>): Promise<Fact<readonly WorkflowFile[]>> {
  if (tree.kind === "unknown") return tree;
  if (tree.value === null) return { kind: "known", value: [] };
  if (tree.value.truncated) return tooLong;
  const found = tree.value.files.filter(({ path }) => isWorkflow(path));
  const files = await inTurn(found, async ({ path, sha }) => ({
    path,
    text: (await readBlob(inquiry, sha)).toString("utf8"),
  }));
  return { kind: "known", value: files };
}

/** https://docs.github.com/en/rest/git/blobs#get-a-blob */
export async function readBlob({ rest, repo }: Inquiry, sha: string): Promise<Buffer> {
  const { data } = await rest.git.getBlob({ ...repo, file_sha: sha });
  const { content, encoding } = z.object({ content: z.string(), encoding: z.string() }).parse(data);
  return Buffer.from(content, encoding === "base64" ? "base64" : "utf8");
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
