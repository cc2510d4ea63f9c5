import * as z from "zod";
import type { GithubClient } from "./client.ts";
import { hasStatus } from "./errors.ts";

/** A file of a repository, as GitHub gives it now. */
export type RemoteFile =
  | { readonly kind: "none" }
  | { readonly kind: "read"; readonly blob: string; readonly text: string; readonly etag: string | null }
  /** As it was when it had the etag that was given. */
  | { readonly kind: "unchanged" }
  /** It is there and cannot be read as a file, or nobody may say whether it is there. */
  | { readonly kind: "not-understood"; readonly message: string };

export type RemotePlace = {
  readonly owner: string;
  readonly repo: string;
  readonly path: string;
  readonly ref?: string;
};

const fileReply = z.object({
  type: z.literal("file"),
  content: z.string(),
  encoding: z.literal("base64"),
  sha: z.string(),
});

/**
 * Reads a file that configures Keyward. What stands in its place and is none (a folder), and what GitHub does not let us read, is
 * not understood: never taken for none. https://docs.github.com/en/rest/repos/contents#get-repository-content
 */
export async function readRemoteFile(
  { rest }: GithubClient,
  place: RemotePlace,
  etag: string | null,
): Promise<RemoteFile> {
  try {
    const { data, headers } = await rest.repos.getContent({
      ...place,
      ...(etag !== null && { headers: { "if-none-match": etag } }),
    });
    const file = fileReply.safeParse(data);
    if (!file.success) return { kind: "not-understood", message: notAFile(data) };
    return { kind: "read", blob: file.data.sha, text: textOf(file.data.content), etag: headers.etag ?? null };
  } catch (error) {
    if (hasStatus(error, 304)) return { kind: "unchanged" };
    if (hasStatus(error, 404)) return { kind: "none" };
    if (hasStatus(error, 403))
      return { kind: "not-understood", message: "expected a file; found that GitHub does not let this app read it" };
    throw error;
  }
}

function notAFile(data: unknown): string {
  if (Array.isArray(data)) return "expected a file; found a folder";
  const { type } = z.object({ type: z.string() }).catch({ type: "" }).parse(data);
  return type === "file"
    ? "expected a file of at most 1 MB; found a larger one"
    : "expected a file; found a link or a submodule";
}

/** The text of a blob, or null where GitHub does not have it (any more) for us. https://docs.github.com/en/rest/git/blobs#get-a-blob */
export async function readRemoteBlob(
  { rest }: GithubClient,
  { owner, repo }: Pick<RemotePlace, "owner" | "repo">,
  blob: string,
): Promise<string | null> {
  try {
    const { data } = await rest.git.getBlob({ owner, repo, file_sha: blob });
    return textOf(z.object({ content: z.string(), encoding: z.literal("base64") }).parse(data).content);
  } catch (error) {
    if (hasStatus(error, 403, 404)) return null;
    throw error;
  }
}

const textOf = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");
