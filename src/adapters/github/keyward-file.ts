import { parseDocument } from "yaml";
import * as z from "zod";
import type { GithubClient } from "./client.ts";
import { hasStatus } from "./errors.ts";

/** Where a repository, or an organization in its repository `.github`, says what Keyward is to do. */
const path = ".github/keyward.yml";

/** The file on the default branch, as far as it can be understood: its sections, or where it is not as it has to be. */
export type KeywardFile<Sections> =
  | { readonly kind: "none" }
  | { readonly kind: "read"; readonly sections: Sections }
  | { readonly kind: "not-understood"; readonly where: readonly string[] };

/** Reads the sections that `schema` names. What is in the place of the file and is none (a folder) is not understood. */
export async function readKeywardFile<Sections>(
  client: GithubClient,
  repository: { readonly owner: string; readonly repo: string },
  schema: z.ZodType<Sections>,
): Promise<KeywardFile<Sections>> {
  const reply = await contentOf(client, repository);
  if (reply === null) return { kind: "none" };
  if (reply === "denied") return { kind: "not-understood", where: [`${path}: GitHub does not let this app read it`] };
  const file = z.object({ content: z.string(), encoding: z.literal("base64") }).safeParse(reply.data);
  if (!file.success) return { kind: "not-understood", where: [path] };
  const document = parseDocument(Buffer.from(file.data.content, "base64").toString("utf8"));
  const [error] = document.errors;
  if (error !== undefined) return { kind: "not-understood", where: [`line ${error.linePos?.[0].line ?? 1}`] };
  const parsed = schema.safeParse(document.toJS() ?? {});
  if (parsed.success) return { kind: "read", sections: parsed.data };
  return { kind: "not-understood", where: parsed.error.issues.map((issue) => issue.path.join(".")) };
}

/** https://docs.github.com/en/rest/repos/contents#get-repository-content */
async function contentOf(
  { rest }: GithubClient,
  repository: { readonly owner: string; readonly repo: string },
): Promise<{ readonly data: unknown } | "denied" | null> {
  try {
    return await rest.repos.getContent({ ...repository, path });
  } catch (error) {
    if (hasStatus(error, 404)) return null;
    if (hasStatus(error, 403)) return "denied";
    throw error;
  }
}
