import * as z from "zod";
import { isSecurityPolicy } from "../../../core/posture/community-files.ts";
import { type Fact, known, unknown } from "../../../core/posture/fact.ts";
import { hasStatus } from "../errors.ts";
import { asked, type Inquiry } from "./asking.ts";
import { readTree, treeTooLong } from "./tree.ts";

const home = ".github";
const reply = z.object({ private: z.boolean(), visibility: z.string().optional(), default_branch: z.string() });

/**
 * The security policy that GitHub shows in every repository of an owner that has none of its own: one in the owner's public
 * repository `.github`. Of owners of files (CODEOWNERS) there is no such default.
 */
export async function sharedPolicy(inquiry: Inquiry): Promise<Fact<string | null>> {
  const { rest, repo } = inquiry;
  const place = { owner: repo.owner, repo: home };
  const branch = await asked("what all repositories share", "metadata: read", async () => {
    try {
      const found = reply.parse((await rest.repos.get(place)).data);
      return found.private || (found.visibility ?? "public") !== "public" ? null : found.default_branch;
    } catch (error) {
      if (hasStatus(error, 404)) return null;
      throw error;
    }
  });
  if (branch.kind === "unknown") return branch;
  if (branch.value === null) return known(null);
  const tree = await readTree({ ...inquiry, repo: place }, branch.value);
  if (tree.kind === "unknown") return tree;
  const found = tree.value?.files.find(({ path }) => isSecurityPolicy(path));
  if (found !== undefined) return known(`${repo.owner}/${home}/${found.path}`);
  return tree.value?.truncated === true ? unknown(treeTooLong) : known(null);
}
